/** Statistics of a run: how often each message was accepted, and with which errors it was refused. */
import { recordOf } from "./cells.ts"

export interface Counts {
  readonly accepted: Readonly<Record<string, number>>
  readonly refused: Readonly<Record<string, number>>
  readonly refusedBy: Readonly<Record<string, Readonly<Record<string, number>>>>
  readonly viewGas: Readonly<Record<string, number>>
}

export class Coverage {
  readonly accepted: Record<string, number> = {}
  /** By the error's name. */
  readonly refused: Record<string, number> = {}
  /** By the message's name and the error's. */
  readonly refusedBy: Record<string, Record<string, number>> = {}

  count(message: string, answer: { readonly _tag: string; readonly value: unknown }): void {
    if (answer._tag === "Ok") {
      this.accepted[message] = (this.accepted[message] ?? 0) + 1
      return
    }
    const error = answer._tag === "Trap" ? `trap ${String(answer.value)}` : String(recordOf(answer.value)._tag)
    this.add(message, error, 1)
  }

  /** The highest gas cost of each view. */
  readonly viewGas: Record<string, number> = {}

  view(name: string, gas: bigint): void {
    this.viewGas[name] = Math.max(this.viewGas[name] ?? 0, Number(gas))
  }

  private add(message: string, error: string, times: number): void {
    this.refused[error] = (this.refused[error] ?? 0) + times
    const own = this.refusedBy[message] ?? {}
    this.refusedBy[message] = own
    own[error] = (own[error] ?? 0) + times
  }

  /** Adds another run's counts. */
  merge({ accepted, refusedBy, viewGas }: Counts): void {
    for (const [view, gas] of Object.entries(viewGas)) this.view(view, BigInt(gas))
    for (const [message, times] of Object.entries(accepted)) this.accepted[message] = (this.accepted[message] ?? 0) + times
    for (const [message, errors] of Object.entries(refusedBy)) {
      for (const [error, times] of Object.entries(errors)) this.add(message, error, times)
    }
  }

  /** The number of messages sent. */
  get messages(): number {
    const sum = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((all, times) => all + times, 0)
    return sum(this.accepted) + sum(this.refused)
  }
}
