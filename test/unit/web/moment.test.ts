/** Parts of one screen are shown of the same block. */
import { assert, describe, it } from "@effect/vitest"
import { answerFrom } from "../../../web/src/api/ask.ts"
import { invalidateAll, invalidateTopics, resourceOf } from "../../../web/src/data/store.ts"

interface Chain {
  block: number
  paid: number
}

/** A server whose answers arrive when the test says so. */
const serving = () => {
  const chain: Chain = { block: 100, paid: 0 }
  const asked: Array<{ readonly path: string; readonly arrive: () => void; readonly fail: () => void }> = []
  let heard = () => {}
  answerFrom((path) => {
    const { promise, resolve, reject } = Promise.withResolvers<{ readonly text: string; readonly block: number }>()
    // Computed when it is asked, as far as the network delays only the answer.
    const answer = { text: JSON.stringify(chain.paid), block: chain.block }
    asked.push({ path, arrive: () => resolve(answer), fail: () => reject(new Error("no answer")) })
    heard()
    return promise
  })
  /** The next question for this path. */
  const question = async (path: string) => {
    for (;;) {
      const at = asked.findIndex((one) => one.path === path)
      const [found] = at < 0 ? [] : asked.splice(at, 1)
      if (found !== undefined) return found
      await new Promise<void>((resolve) => {
        heard = resolve
      })
    }
  }
  return { chain, question, asked }
}

/** Lets all that waits for promises run. */
const turn = () => new Promise((resolve) => setImmediate(resolve))

let parts = 0

/** Two parts of a screen, both of which were shown at block 100. */
const screen = async () => {
  const server = serving()
  parts += 1
  const [totals, ticker] = [`/totals${parts}`, `/ticker${parts}`]
  const watched = [totals, ticker].map((path) => resourceOf<number>({ path, parameters: {}, topics: ["payouts"] }))
  const leave = watched.map((part) => part.subscribe(() => {}))
  for (const path of [totals, ticker]) (await server.question(path)).arrive()
  await turn()
  const shown = () => watched.map((part) => part.current().data)
  assert.deepStrictEqual(shown(), [0, 0])
  const close = () => {
    for (const one of leave) one()
  }
  const pay = () => {
    server.chain.block += 1
    server.chain.paid += 100
    invalidateTopics(["payouts"], { from: server.chain.block, block: server.chain.block })
  }
  return { ...server, totals, ticker, watched, shown, pay, close }
}

describe("two parts of a screen", () => {
  it("change together, however far apart their answers arrive", async () => {
    const { pay, question, totals, ticker, shown, close } = await screen()
    pay()
    const [first, second] = [await question(ticker), await question(totals)]
    first.arrive()
    await turn()
    assert.deepStrictEqual(shown(), [0, 0])
    second.arrive()
    await turn()
    assert.deepStrictEqual(shown(), [100, 100])
    close()
  })

  it("are asked again if a block came between their answers", async () => {
    const { pay, chain, question, totals, ticker, shown, close } = await screen()
    pay()
    const early = await question(totals)
    await question(ticker).then(({ arrive }) => arrive())
    chain.block += 1
    chain.paid += 100
    early.arrive()
    await turn()
    assert.deepStrictEqual(shown(), [100, 100])
    invalidateTopics(["payouts"])
    const [late, newer] = [await question(totals), await question(ticker)]
    newer.arrive()
    late.arrive()
    await turn()
    assert.deepStrictEqual(shown(), [200, 200])
    close()
  })

  it("wait for one that was asked before the block, and is asked once more", async () => {
    const { watched, chain, question, totals, ticker, shown, close } = await screen()
    chain.block += 1
    chain.paid += 100
    // Only the ticker was asked since.
    void watched[1]?.ask()
    await question(ticker).then(({ arrive }) => arrive())
    await turn()
    assert.deepStrictEqual(shown(), [0, 0])
    await question(totals).then(({ arrive }) => arrive())
    await turn()
    assert.deepStrictEqual(shown(), [100, 100])
    close()
  })

  it("change together after a connection was lost", async () => {
    const { chain, question, totals, ticker, shown, close } = await screen()
    chain.block += 1
    chain.paid += 100
    invalidateAll()
    const [first, second] = [await question(ticker), await question(totals)]
    first.arrive()
    await turn()
    assert.deepStrictEqual(shown(), [0, 0])
    second.arrive()
    await turn()
    assert.deepStrictEqual(shown(), [100, 100])
    close()
  })

  it("do not wait for one that cannot be answered", async () => {
    const { pay, question, totals, ticker, shown, watched, close } = await screen()
    pay()
    const [first, second] = [await question(ticker), await question(totals)]
    first.arrive()
    second.fail()
    await turn()
    assert.deepStrictEqual(shown(), [0, 100])
    assert.isDefined(watched[0]?.current().problem)
    close()
  })

  it("need no new answer for blocks that changed nothing of them", async () => {
    const { watched, asked, close } = await screen()
    invalidateTopics(["config"], { from: 101, block: 103 })
    assert.deepStrictEqual(
      watched.map(({ block }) => block),
      [103, 103]
    )
    assert.deepStrictEqual(asked, [])
    // The stream missed some blocks.
    invalidateTopics(["config"], { from: 110, block: 111 })
    assert.deepStrictEqual(
      watched.map(({ block }) => block),
      [103, 103]
    )
    invalidateAll()
    assert.isFalse(watched.some(({ block }) => Number.isFinite(block)))
    close()
  })
})
