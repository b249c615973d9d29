/** The person's link, and what is asked of the studio with it. */

const KEPT = "my-voice-link";
const CHALLENGE = "my-voice-challenge";
const LANGUAGE = "my-voice-language";
export const LARGEST_UPLOAD = 50 * 1024 * 1024;

/** What went wrong: HTTP status (0: no connection), the studio's code and sentence, checks that a recording failed. */
export class Problem extends Error {
  constructor(status, code, sentence, checks = []) {
    super(sentence);
    this.status = status;
    this.code = code;
    this.checks = checks;
  }
}

/** Take the token out of the address, where a screenshot or a shared screen would show it. */
export function takeToken() {
  const token = location.hash.slice(1);
  if (token) {
    if (token !== sessionStorage.getItem(KEPT)) sessionStorage.clear();
    sessionStorage.setItem(KEPT, token);
    history.replaceState(null, "", location.pathname);
  }
  return sessionStorage.getItem(KEPT);
}

export const chosenLanguage = () => sessionStorage.getItem(LANGUAGE) ?? "";
export const chooseLanguage = (tag) => sessionStorage.setItem(LANGUAGE, tag);

async function send(path, { method = "GET", body, type, query = {} } = {}) {
  const address = new URL(`/my-voice/api/${path}`, location.origin);
  const language = chosenLanguage();
  for (const [key, value] of Object.entries({ ...(language && { language }), ...query })) address.searchParams.set(key, value);
  const headers = {};
  const token = sessionStorage.getItem(KEPT);
  if (token) headers.authorization = `Bearer ${token}`;
  if (type) headers["content-type"] = type;
  let answer;
  try {
    answer = await fetch(address, { method, headers, body, cache: "no-store", credentials: "omit" });
  } catch {
    throw new Problem(0, "connection", "");
  }
  if (answer.ok) return answer;
  const problem = await answer.json().catch(() => ({}));
  throw new Problem(answer.status, (problem.type ?? "").split(":").pop(), problem.detail ?? "", problem.checks);
}

/** Read something; a JSON answer. */
export const read = async (path, query) => (await send(path, { query })).json();

/** Do something; a JSON answer. */
export const act = async (path, data = {}) =>
  (await send(path, { method: "POST", body: JSON.stringify(data), type: "application/json" })).json();

/** Take back something; a JSON answer. */
export const remove = async (path) => (await send(path, { method: "DELETE" })).json();

/** Hand in a recording as it is. */
export const upload = async (path, sound, query) =>
  (await send(path, { method: "POST", body: sound, type: sound.type || "application/octet-stream", query })).json();

/** A recording or a paper. */
export const file = async (path) => (await send(path)).blob();

/** Save a paper on this device. */
export async function save(path, name) {
  const address = URL.createObjectURL(await file(path));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** The code words at hand, if they still hold: a reload shows the same ones. */
export function keptChallenge() {
  const kept = JSON.parse(sessionStorage.getItem(CHALLENGE) ?? "null");
  return kept && kept.until > Date.now() ? kept : null;
}

export const keepChallenge = (challenge) => sessionStorage.setItem(CHALLENGE, JSON.stringify(challenge));
export const dropChallenge = () => sessionStorage.removeItem(CHALLENGE);
