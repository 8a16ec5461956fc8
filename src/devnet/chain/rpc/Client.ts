import { Effect } from "effect"
import { noSubscriptionsHere, type RpcError, tooManySubscriptions } from "./RpcError.ts"

/** Begins a subscription: is given how to notify, answers how to end it. Called once the client knows the identifier. */
export type Begin = (notify: (result: unknown) => void) => () => void

/** The one who made a request, as its handler sees it. */
export interface Client {
  /** Opens a subscription whose notifications are named `notification`; answers its identifier. */
  readonly subscribe: (notification: string, begin: Begin) => Effect.Effect<string, RpcError>
  /** Ends a subscription; false if there is none of this identifier. */
  readonly unsubscribe: (id: string) => boolean
}

/** How many subscriptions one connection may hold. */
const subscriptionLimit = 1024

/** A client over HTTP: one question, one answer. */
export const withoutSubscriptions: Client = { subscribe: () => Effect.fail(noSubscriptionsHere), unsubscribe: () => false }

const nothing = () => undefined

/** The subscriptions of one WebSocket. */
export class Connection {
  private readonly open = new Map<string, () => void>()
  private gone = false

  /** @param send puts one message on the socket */
  constructor(private readonly send: (message: string) => void) {}

  /** How many subscriptions are open. */
  get size(): number {
    return this.open.size
  }

  /**
   * The client of one message. `begin` starts the subscriptions that the message opened: to be called when the answer
   * with their identifiers is on the socket, because clients drop notifications of identifiers they do not know yet.
   */
  request(): { readonly client: Client; readonly begin: () => void } {
    const starts: Array<() => void> = []
    return {
      client: {
        subscribe: (notification, begin) =>
          Effect.suspend(() => {
            // a request may outlive its connection: what it opens then would never be closed
            if (this.gone) return Effect.interrupt
            if (this.open.size >= subscriptionLimit) return Effect.fail(tooManySubscriptions)
            const id = crypto.randomUUID()
            this.open.set(id, nothing)
            starts.push(() => {
              // the client may have ended it in the same batch, or gone away
              if (!this.open.has(id)) return
              const end = begin((result) => this.notify(id, notification, result))
              if (this.open.has(id)) this.open.set(id, end)
              else end()
            })
            return Effect.succeed(id)
          }),
        unsubscribe: (id) => this.end(id)
      },
      begin: () => {
        for (const start of starts) start()
      }
    }
  }

  /** Ends every subscription: the client is gone. */
  close(): void {
    this.gone = true
    for (const id of [...this.open.keys()]) this.end(id)
  }

  private notify(id: string, notification: string, result: unknown): void {
    if (!this.open.has(id)) return
    this.send(JSON.stringify({ jsonrpc: "2.0", method: notification, params: { subscription: id, result } }))
  }

  private end(id: string): boolean {
    const end = this.open.get(id)
    if (end === undefined) return false
    this.open.delete(id)
    end()
    return true
  }
}
