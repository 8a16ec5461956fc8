/** One or two nodes that are asked the same: what only one says counts for less, and where they contradict each other both are shown. */
import { messageOf } from "../../domain/messageOf.ts"
import { differences } from "../differences.ts"
import { Disagreement, Untold } from "../errors.ts"
import type { Connection, Request } from "./Connection.ts"

/** What one step reads. */
export class Reader {
  /** The fewest nodes that said anything read so far. */
  witnesses: 1 | 2 = 2

  constructor(
    private readonly nodes: ReadonlyArray<Connection>,
    /** The hash of block 0. A node of another chain is no witness. */
    private readonly genesis: string,
    private readonly contradicted: Set<string> = new Set()
  ) {}

  /** The reader of another step. */
  next(): Reader {
    return new Reader(this.nodes, this.genesis, this.contradicted)
  }

  /**
   * @param what the question in words; no other has the same
   * @param question asks one node, and throws if its answer is not what was promised
   */
  async ask<A>(what: string, question: (request: Request, endpoint: string) => Promise<A>): Promise<A> {
    if (this.contradicted.has(what)) throw new Untold(`the nodes contradict each other about ${what}, as said above`)
    const answers = await Promise.allSettled(
      this.nodes.map(async ({ endpoint, request }) => {
        const genesis = await request("chain_getBlockHash", [0])
        if (genesis !== this.genesis) throw new Untold(`${endpoint} is a node of another chain, which begins with block ${String(genesis)}`)
        return question(request, endpoint)
      })
    )
    const values = answers.flatMap((answer, index) =>
      answer.status === "fulfilled" ? [{ value: answer.value, endpoint: this.nodes[index]?.endpoint }] : []
    )
    const [one, other] = values
    if (one === undefined) {
      const reasons = answers.flatMap((answer) => (answer.status === "rejected" ? [answer.reason] : []))
      throw new Untold(
        reasons
          .map((reason) =>
            reason instanceof Untold ? reason.message : `what was answered about ${what} cannot be read (${messageOf(reason)})`
          )
          .join("; ")
      )
    }
    if (other === undefined) {
      this.witnesses = 1
      return one.value
    }
    const differ = differences(what, one.value, other.value)
    if (differ.length === 0) return one.value
    this.contradicted.add(what)
    const by = (said: string, { endpoint }: typeof one) => `${said} (${endpoint})`
    throw new Disagreement(differ.map(({ what, claimed, found }) => ({ what, claimed: by(claimed, one), found: by(found, other) })))
  }
}
