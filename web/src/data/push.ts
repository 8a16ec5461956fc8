/** Notifications: how they are shown, the browser's subscription for those with the page closed, and what the server knows of it. */
import { PUSH } from "../../../src/dashboard/api/definition/pages.ts"
import type { Watch } from "./mine.ts"

/** Browsers offer it on HTTPS and on this machine. */
export const canPush = (): boolean => "serviceWorker" in navigator && "PushManager" in window

const registered = () => navigator.serviceWorker.register("/push.js")

const subscribed = async (key: string): Promise<PushSubscription> => {
  const { pushManager } = await registered()
  const options = { userVisibleOnly: true, applicationServerKey: key }
  try {
    return await pushManager.subscribe(options)
  } catch (error) {
    // A subscription by another key of this server is in the way.
    const old = await pushManager.getSubscription()
    if (old === null) throw error
    await old.unsubscribe()
    return pushManager.subscribe(options)
  }
}

const send = async (method: "PUT" | "DELETE", body: object): Promise<void> => {
  const { ok, status } = await fetch(PUSH, { method, body: JSON.stringify(body) })
  if (!ok) throw new Error(`the server answered ${status}`)
}

/** Where push.js finds what it subscribes anew to when the browser replaces a subscription. */
const kept = () => caches.open("push")

/** Shows a notification. Browsers on phones show those of a service worker only. */
export const show = async (body: string, tag: string): Promise<void> => {
  const options = { body, tag, icon: "/icon.png" }
  try {
    new Notification("Gittensor", options)
  } catch {
    await (await registered()).showNotification("Gittensor", { ...options, data: { url: window.location.href } })
  }
}

/** Whether this is an iPhone or iPad that offers notifications once the page is on its home screen. */
export const mustBeAdded = (): boolean => !("Notification" in window) && "standalone" in navigator && navigator.standalone === false

/** Tells the server what this browser wants to hear of; subscribes it first if need be. Rejects if the browser or a server refuses. */
export const pushTo = async (key: string, list: ReadonlyArray<Watch>): Promise<void> => {
  const subscription = await subscribed(key)
  if (list.length === 0) return send("DELETE", { endpoint: subscription.endpoint })
  const watches = list.map(({ kind, id }) => ({ kind, id }))
  await send("PUT", { ...subscription.toJSON(), watches })
  await (await kept()).put(PUSH, new Response(JSON.stringify({ key, watches })))
}

/** Ends the subscription. */
export const pushNoMore = async (): Promise<void> => {
  const subscription = await (await registered()).pushManager.getSubscription()
  if (subscription === null) return
  await subscription.unsubscribe()
  await (await kept()).delete(PUSH)
  await send("DELETE", { endpoint: subscription.endpoint })
}
