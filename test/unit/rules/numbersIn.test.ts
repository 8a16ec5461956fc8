import { assert, describe, it } from "@effect/vitest"
import { numbersIn } from "../../../src/domain/github/numbersIn.ts"

describe("numbers that a text names", () => {
  it("are those of the repository, by number and by address", () => {
    const named = (text: string) => [...numbersIn(text, "acme/widgets")]
    assert.deepStrictEqual(named("Fixes #1, and #22. acme/widgets#3; other/place#4"), [1, 22, 3])
    assert.deepStrictEqual(named("https://github.com/Acme/widgets/pull/5/files and /acme/widgets/issues/6#issuecomment-9"), [5, 6])
    assert.deepStrictEqual(named("https://github.com/acme/gadgets/pull/7 a#8 &#9; #0 #1234567890"), [])
    assert.deepStrictEqual([...numbersIn("acme/widgets#3 #2")], [2])
  })
})
