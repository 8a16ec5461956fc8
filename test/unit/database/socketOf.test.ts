/** The address of the embedded database. */
import { resolve } from "node:path"
import { assert, it } from "@effect/vitest"
import { socketOf } from "../../../src/layers/storage/database/embedded.ts"

it("the socket of a database in a relative folder has an absolute path, which no client takes for a host's name", () => {
  assert.strictEqual(socketOf("some/database").host, resolve("some/database"))
})
