"""What callers asked and were not answered: grouped by meaning, turned into answers by people, and the effect measured."""
