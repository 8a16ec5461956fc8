import { readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import { runtimeModule } from "../../../lab/devnet/chain/executor/RuntimeModule.ts"
import { Overlay } from "../../../lab/devnet/chain/state/Overlay.ts"
import { emptyState } from "../../../lab/devnet/chain/state/StateStore.ts"

/** See counting.wat. Each test gets a module of its own, which has lent nothing. */
const counting = () => runtimeModule(readFileSync(join(import.meta.dirname, "counting.wasm")))

const lend = (module: ReturnType<typeof counting>) => {
  const { call, release } = module.lend(new Overlay(emptyState), () => undefined)
  const number = (method: string, argument = 64) => Buffer.from(call(method, new Uint8Array(argument))).readUInt32LE()
  return { number, release }
}

describe("an instance of a runtime", () => {
  for (const [method, first] of [
    ["initialised", 8],
    ["zeroed", 1],
    ["heap", 1]
  ] as const)
    it(`has its memory reset before it is lent again: ${method}`, () => {
      const module = counting()
      const one = lend(module)
      assert.strictEqual(one.number(method), first)
      one.release()
      // The argument is too short to overwrite the number on the heap.
      assert.strictEqual(lend(module).number(method, 4), first)
    })

  it("is lent to one caller at a time", () => {
    const module = counting()
    lend(module).release()
    const [one, other] = [lend(module), lend(module)]
    assert.deepStrictEqual([one.number("zeroed"), other.number("zeroed"), one.number("zeroed")], [1, 1, 2])
  })

  it("is not lent again unless it is released, which it is not after it stopped", () => {
    const module = counting()
    const one = lend(module)
    assert.throws(() => one.number("trap"), WebAssembly.RuntimeError)
    assert.strictEqual(lend(module).number("initialised"), 8)
  })
})
