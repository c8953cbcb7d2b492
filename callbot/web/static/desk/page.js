// The desk: shows what the server tells, sends the forms, and tells the receptionist of a call. Each part is a module of its own.

import { alertTo, stateTo } from "./alert.js";
import { startKeys } from "./keys.js";
import { listen } from "./live.js";
import { replaceRegions, setTimers } from "./regions.js";
import { startSending } from "./sending.js";

/** Put what the server has told into the page, then say what it means. */
function show(regions) {
  replaceRegions(regions);
  stateTo(document.querySelector("#poste-etat [data-state]"));
  alertTo(document.querySelector("#poste-appel [data-call]"));
}

setTimers(document);
const resend = startSending(show);
listen(show, resend);
startKeys();
show({});
document.querySelectorAll("[data-needs-script]").forEach((part) => (part.hidden = false));
