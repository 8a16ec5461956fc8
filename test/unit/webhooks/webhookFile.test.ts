import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect, Redacted } from "effect"
import { USUAL_NEWS } from "../../../src/dashboard/api/definition/sharing.ts"
import { readWebhooks } from "../../../src/dashboard/webhooks/webhookFile.ts"
import { ALICE } from "../../support/api/seed.ts"
import { folder } from "../../support/folder.ts"
import { OTHER_SECRET, SECRET } from "../../support/webhooks/receiver.ts"

const ENVIRONMENT = {
  HOOK_SECRET: SECRET,
  BOTH: `${SECRET},${OTHER_SECRET}`,
  SHORT: `whsec_${btoa("too short")}`,
  PROSE: "correct horse battery staple"
}
const entry = { name: "chat", url: "https://hooks.example/T0KEN", secret_variable: "HOOK_SECRET" }

const read = (content: unknown, toPrivateHosts = false) =>
  Effect.gen(function* () {
    const path = join(yield* folder, "webhooks.json")
    writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content))
    return yield* readWebhooks(path, { toPrivateHosts })
  }).pipe(Effect.withConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(ENVIRONMENT)), { pathDelim: "_" })))

const one = (more: object) => ({ webhooks: [{ ...entry, ...more }] })

describe("the file of webhooks", () => {
  it.scoped("gives each webhook with its secrets", () =>
    Effect.gen(function* () {
      const filtered = { ...entry, name: "own", kinds: ["paid"], repository: "acme/widgets", hotkey: ALICE, secret_variable: "BOTH" }
      const [chat, own] = yield* read({ webhooks: [entry, filtered] })
      assert.deepStrictEqual(chat?.kinds, USUAL_NEWS)
      assert.deepStrictEqual(chat?.secrets.map(Redacted.value), [SECRET])
      assert.strictEqual(chat?.url.href, entry.url)
      assert.deepStrictEqual(own?.secrets.map(Redacted.value), [SECRET, OTHER_SECRET])
      assert.deepStrictEqual([own?.kinds, own?.repository, own?.hotkey], [["paid"], "acme/widgets", ALICE])
    })
  )

  const WRONG: ReadonlyArray<readonly [what: string, content: unknown, says: RegExp]> = [
    ["no JSON", "{", /can't be used: /],
    ["a list", [entry], /webhooks.json can't be used: /],
    ["no webhook", { webhooks: [] }, /webhooks: must have at least one webhook/],
    ["an unknown key", one({ secret: "x" }), /webhooks\[0\]\.secret: is not a known key: use one of name, url/],
    ["an unknown key beside the list", { webhooks: [entry], version: 1 }, /version: is not a known key/],
    ["no name", { webhooks: [{ url: entry.url, secret_variable: "HOOK_SECRET" }] }, /webhooks\[0\]\.name: is missing/],
    ["a name of two lines", one({ name: "a\nb" }), /webhooks\[0\]\.name: must be 1 to 63/],
    ["two of one name", { webhooks: [entry, entry] }, /webhooks: has two webhooks of one name/],
    ["no kind", one({ kinds: [] }), /webhooks\[0\]\.kinds: must have at least one of issue, edited,/],
    ["an unknown kind", one({ kinds: ["ping"] }), /webhooks\[0\]\.kinds\[0\]: /],
    ["a kind twice", one({ kinds: ["paid", "paid"] }), /webhooks\[0\]\.kinds: names a kind twice/],
    ["no repository", one({ repository: "widgets" }), /webhooks\[0\]\.repository: must be a repository such as acme\/widgets/],
    ["no account", one({ hotkey: "5Alice" }), /webhooks\[0\]\.hotkey: "5Alice" is not an account address/],
    ["no address", one({ url: "hooks.example" }), /webhooks\[0\]\.url: must be an address such as/],
    ["another scheme", one({ url: "file:///etc/passwd" }), /webhooks\[0\]\.url: must be an address such as/],
    ["a password", one({ url: "https://me:T0KEN@hooks.example/" }), /webhooks\[0\]\.url: must hold no user and no password/],
    [
      "no TLS",
      one({ url: "http://hooks.example/T0KEN" }),
      /webhooks\[0\]\.url: must begin with https:\/\/ \(.*--webhooks-to-private-hosts/
    ],
    [
      "a private address",
      one({ url: "https://169.254.169.254/T0KEN" }),
      /webhooks\[0\]\.url: names 169\.254\.169\.254, which is not a public address/
    ],
    ["loopback, disguised", one({ url: "https://0x7f.1/T0KEN" }), /webhooks\[0\]\.url: names 127\.0\.0\.1, which/],
    ["the secret itself", one({ secret_variable: SECRET }), /webhooks\[0\]\.secret_variable: must be the name of an environment variable/],
    ["a variable that is not set", one({ secret_variable: "NOWHERE" }), /secret_variable: NOWHERE is not set; make a secret with/],
    ["a short secret", one({ secret_variable: "SHORT" }), /secret_variable: SHORT does not hold a secret of 24 to 64 bytes/],
    ["a secret that is no base64", one({ secret_variable: "PROSE" }), /secret_variable: PROSE does not hold a secret/]
  ]
  for (const [what, content, says] of WRONG)
    it.scoped(`is refused with ${what}, and no secret or address is shown`, () =>
      Effect.gen(function* () {
        const { message } = yield* Effect.flip(read(content))
        assert.match(message, says)
        for (const secret of ["T0KEN", SECRET, ENVIRONMENT.SHORT, "horse"]) assert.notInclude(message, secret)
        assert.notInclude(message, "\n")
      })
    )

  it.scoped("may name hosts of the own network where that is allowed", () =>
    Effect.gen(function* () {
      const [own] = yield* read(one({ url: "http://10.0.0.7:8080/hook" }), true)
      assert.strictEqual(own?.url.href, "http://10.0.0.7:8080/hook")
    })
  )

  it.scoped("must exist", () =>
    Effect.gen(function* () {
      const { message } = yield* Effect.flip(readWebhooks("/nowhere/webhooks.json", { toPrivateHosts: false }))
      assert.match(message, /^the webhooks of \/nowhere\/webhooks\.json can't be used: there is no such file$/)
    })
  )
})
