/** A request's body is read and hashed in linear time and memory, whatever a registered miner puts into it. */
import { describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { readFields } from "../../../src/layers/chain/axon/admission.ts"
import { bodyHash } from "../../../src/layers/chain/axon/wire/dendrite.ts"
import { fieldsOf, hashedOf } from "../../../src/layers/chain/axon/wire/Synapse.ts"
import { EnrolmentSynapse } from "../../../src/layers/chain/axon/wire/synapses.ts"
import { assertLinear, type Shape } from "../../support/linear/linear.ts"

const encoder = new TextEncoder()

const bodyWith = ({ prefix = "", units, suffix = "" }: Shape): Shape => ({
  prefix: `{"signature":"z","text":${prefix}`,
  units,
  suffix: `${suffix}}`
})
const deep = `${"[".repeat(90)}${"]".repeat(90)},`

const texts: ReadonlyArray<Shape> = [
  { units: ["["] },
  { units: ['{"a":'] },
  { prefix: "[", units: [deep], suffix: "1]" },
  { prefix: "{", units: [(index) => `"a${index}":1,`], suffix: '"b":1}' },
  { prefix: "{", units: ['"a":1,'], suffix: '"b":1}' },
  { prefix: "{", units: ['"__proto__":{},'], suffix: '"b":1}' },
  // JavaScript orders index keys differently, and stores sparse ones in another form.
  { prefix: "{", units: [(index) => `"${index}":1,`], suffix: '"b":1}' },
  { prefix: "{", units: [(index) => `"${(index * 2_654_435_761) % 4_294_967_291}":1,`], suffix: '"b":1}' },
  { prefix: '"', units: ["\\u0041"], suffix: '"' },
  { prefix: '"', units: ["\\ud800"], suffix: '"' },
  { prefix: '["', units: ["\\\"'\\\\\\n"], suffix: '"]' },
  { prefix: '["', units: ["\u{1f600}", "\\u0001"], suffix: '"]' },
  { prefix: "[", units: ["1,"], suffix: "1]" },
  { prefix: "[", units: ["-1.5e-300,"], suffix: "1]" },
  { prefix: "[", units: ["1e400,", "0.1,"], suffix: "1]" },
  { prefix: "[", units: [`${"9".repeat(4_300)},`], suffix: "1]" },
  { units: ["9"] },
  { prefix: "0.", units: ["1"] },
  { prefix: "1e", units: ["0"] },
  { units: [" "], suffix: "1" }
]

const pieces = [...'{}[],:"\\ \n1-.', "null", "1e9", "\\u0041", '"a":', '"0":', "[[", '{"a":', "é", "'"]

describe("the body of a request to an axon", () => {
  it("is read and hashed in time and memory in proportion to its size", async () => {
    const read = (text: string) =>
      Effect.runSync(
        Effect.either(
          Effect.map(readFields(EnrolmentSynapse, encoder.encode(text)), (body) =>
            bodyHash(hashedOf(EnrolmentSynapse, fieldsOf(EnrolmentSynapse, body)))
          )
        )
      )
    await assertLinear({ read, pieces, worst: texts.map(bodyWith) })
  })
})
