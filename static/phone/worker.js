// Keeps the page of one link for when there is no network; what is of the unit lies in the page's own store.

const base = new URL("./", self.location.href).pathname;
const name = `h-hour ${base}`;
const PATIENCE = 3000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("message", (event) => {
  if (event.origin !== self.location.origin) return;
  event.waitUntil(caches.open(name).then((cache) => cache.addAll([base, ...event.data.files])));
});

self.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== self.location.origin) return;
  if (pathname === base) event.respondWith(page(event.request));
  else if (pathname.startsWith("/static/")) event.respondWith(file(event.request));
});

/** The page from the server, or the one that is kept where the server does not answer in time. */
async function page(request) {
  const kept = await caches.match(base, { cacheName: name, ignoreSearch: true });
  const asked = fetch(request).then(async (answer) => {
    if (answer.status === 404) await wipe();
    return answer;
  });
  if (!kept) return asked;
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE, kept));
  return Promise.race([asked.catch(() => kept), late]);
}

/** A file of the page: the one that is kept, whose address names its version. */
async function file(request) {
  return (await caches.match(request, { cacheName: name })) ?? fetch(request);
}

/** The link does not hold any more: nothing of it stays. */
async function wipe() {
  await caches.delete(name);
  indexedDB.deleteDatabase(base);
  await self.registration.unregister();
}
