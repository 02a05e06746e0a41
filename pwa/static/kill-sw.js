// Emergency only: served in place of sw.js it removes the cached shell and itself. It never touches the answers.
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name.startsWith("sightline-shell-")).map((name) => caches.delete(name))))
      .then(() => self.registration.unregister()),
  );
});
