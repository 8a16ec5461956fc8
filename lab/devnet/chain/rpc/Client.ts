import { Effect } from "effect"
import { noSubscriptionsHere, type RpcError, tooManySubscriptions } from "./RpcError.ts"

/**
 * Begins a subscription: receives a function to notify the client and returns a function to end it. Called once the client knows the subscription's
 * id.
 */
export type Begin = (notify: (result: unknown) => void) => () => void

/** The sender of a request, as handlers see it. */
export interface Client {
  /** Opens a subscription whose notifications have the name `notification`; returns its id. */
  readonly subscribe: (notification: string, begin: Begin) => Effect.Effect<string, RpcError>
  /** Ends a subscription; false if the id is unknown. */
  readonly unsubscribe: (id: string) => boolean
  /** The ids of the client's open subscriptions whose notifications have this name. */
  readonly subscriptions: (notification: string) => ReadonlyArray<string>
  /** Runs `action` once the answer to the current message has been sent. */
  readonly afterAnswer: (action: () => void) => void
}

/** The most subscriptions on one connection. */
const subscriptionLimit = 1024

/** A client over HTTP, which cannot subscribe. */
export const withoutSubscriptions: Client = {
  subscribe: () => Effect.fail(noSubscriptionsHere),
  unsubscribe: () => false,
  subscriptions: () => [],
  afterAnswer: (action) => action()
}

const nothing = () => undefined

interface Subscription {
  readonly notification: string
  readonly end: () => void
}

/** The subscriptions of one WebSocket. */
export class Connection {
  private readonly open = new Map<string, Subscription>()
  private gone = false

  /** @param send sends one message over the socket */
  constructor(private readonly send: (message: string) => void) {}

  /** The number of open subscriptions. */
  get size(): number {
    return this.open.size
  }

  /**
   * The client of one message. Call `begin` after the answer has been sent: it starts the message's new subscriptions and runs the actions that wait
   * for the answer. Clients drop notifications with ids that they do not know yet.
   */
  request(): { readonly client: Client; readonly begin: () => void } {
    const starts: Array<() => void> = []
    return {
      client: {
        subscribe: (notification, begin) =>
          Effect.suspend(() => {
            // A request may outlive its connection; a subscription opened then would never be closed.
            if (this.gone) return Effect.interrupt
            if (this.open.size >= subscriptionLimit) return Effect.fail(tooManySubscriptions)
            const id = crypto.randomUUID()
            this.open.set(id, { notification, end: nothing })
            starts.push(() => {
              // The client may have ended the subscription in the same batch, or disconnected.
              if (!this.open.has(id)) return
              const end = begin((result) => this.notify(id, notification, result))
              if (this.open.has(id)) this.open.set(id, { notification, end })
              else end()
            })
            return Effect.succeed(id)
          }),
        unsubscribe: (id) => this.end(id),
        subscriptions: (wanted) => [...this.open].flatMap(([id, { notification }]) => (notification === wanted ? [id] : [])),
        afterAnswer: (action) => void starts.push(action)
      },
      begin: () => {
        for (const start of starts) start()
      }
    }
  }

  /** Ends every subscription after the client disconnected. */
  close(): void {
    this.gone = true
    for (const id of [...this.open.keys()]) this.end(id)
  }

  private notify(id: string, notification: string, result: unknown): void {
    if (!this.open.has(id)) return
    this.send(JSON.stringify({ jsonrpc: "2.0", method: notification, params: { subscription: id, result } }))
  }

  private end(id: string): boolean {
    const subscription = this.open.get(id)
    if (subscription === undefined) return false
    this.open.delete(id)
    subscription.end()
    return true
  }
}
