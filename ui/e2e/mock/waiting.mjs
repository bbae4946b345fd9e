// Who waits at the made-up centre, each from somewhere.
export function waitingOf(url, centre, trouble) {
  const refused = { busy: [503, "others ask who waits just now"], not_available: [501, "nobody can tell"] }[trouble];
  if (refused) return { code: refused[0], body: { code: trouble, message: refused[1] } };
  const object = url.searchParams.get("object");
  const row = centre.objects("Queue").findIndex((queue) => queue.object === object);
  if (row < 0) return { code: 404, body: { code: "not_found", message: "there is no such object that you may see" } };
  const waiting = trouble === "empty" ? [] : centre.waiting(row);
  const from = (n) => (n % 4 === 3 ? {} : { from: trouble === "masked" ? `••••${10 + n}` : `+49 30 9018${String(2000 + 37 * n)}` });
  const contacts = waiting.slice(0, 100).map(({ at, serial }) => ({ object_type: "Queue", object, contact: `00ab${7000 + serial}`, since: at * 1e6, waited: centre.now - at, call_type: "Inbound", dialed: "0800 5550100", ...from(serial) }));
  return { code: 200, body: { at: centre.now * 1e6, total: waiting.length, masked: trouble === "masked", contacts } };
}
