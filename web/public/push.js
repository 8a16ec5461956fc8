// Shows notifications while the page is closed.
self.addEventListener("push", (event) => {
  const { title, body, url, tag } = event.data.json()
  event.waitUntil(self.registration.showNotification(title, { body, tag, icon: "/icon.png", data: { url } }))
})

self.addEventListener("notificationclick", (event) => {
  event.notification.close()
  event.waitUntil(self.clients.openWindow(event.notification.data.url))
})

// The browser or its push service replaced the subscription: without the page, so with what it asked for last.
self.addEventListener("pushsubscriptionchange", (event) => {
  const renew = async () => {
    const kept = await (await caches.open("push")).match("/push")
    if (kept === undefined) return
    const { key, watches } = await kept.json()
    const options = { userVisibleOnly: true, applicationServerKey: key }
    const subscription = event.newSubscription ?? (await self.registration.pushManager.subscribe(options))
    await fetch("/push", { method: "PUT", body: JSON.stringify({ ...subscription.toJSON(), watches }) })
  }
  event.waitUntil(renew())
})
