"""Reports for people: a document made from figures, written as a page, a PDF or a letter, and sent by e-mail at its hour."""
