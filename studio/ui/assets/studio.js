// Loads every part of the pages, then says so: components that were there first wait for it.
import { VV } from "./dom.js";
import "./projects.js";
import "./chapters.js";
import "./purpose.js";
import "./voices.js";
import "./cast.js";
import "./library.js";
import "./match.js";
import "./lines.js";
import "./manuscript.js";
import "./production.js";
import "./sound.js";
import "./timeline.js";
import "./consents-dialogs.js";
import "./consents.js";
import "./consents-form.js";
import "./consents-record.js";
import "./review.js";

window.VV = VV;
window.dispatchEvent(new Event("vv-ready"));
