// The desk: shows what the server tells, sends the forms, and tells the receptionist of a call. Each part is a module of its own.

import { alertTo } from "./alert.js";
import { startKeys } from "./keys.js";
import { listen } from "./live.js";
import { replaceRegions } from "./regions.js";
import { startSending } from "./sending.js";

/** Put what the server has told into the page, then say what it means. */
function show(regions) {
  replaceRegions(regions);
  alertTo(document.querySelector("#poste-appel [data-call]"));
}

const resend = startSending(show);
listen(show, resend);
startKeys();
show({});
document.querySelectorAll("[data-needs-script]").forEach((part) => (part.hidden = false));
