/** Which requests a sandbox's proxy lets through, and how it parses them. */
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect, Either } from "effect"
import * as fc from "fast-check"
import { upstreamOf } from "../../../src/layers/machine/http/proxies.ts"
import { decide, type ProxyRequest, type Surroundings } from "../../../src/layers/machine/sandbox/network/decide.ts"
import { allowance, parseAllowance, registriesOf, registryOrigins } from "../../../src/layers/machine/sandbox/network/operator.ts"
import { HeadReader, MOST_HEAD, parseHead } from "../../../src/layers/machine/sandbox/network/requestHead.ts"
import type { Rules } from "../../../src/layers/machine/sandbox/network/rules.ts"

const RULES: Rules = { allow: [], networks: [], upstream: null, bytes: 1_000, connections: 10 }
const NAMES: Readonly<Record<string, ReadonlyArray<string>>> = {
  "public.example": ["8.8.8.8", "2606:4700::1111"],
  "private.example": ["10.1.2.3"],
  "half.example": ["8.8.8.8", "127.0.0.1"],
  "mapped.example": ["::ffff:127.0.0.1"],
  "metadata.example": ["169.254.169.254"],
  "here.example": ["9.9.9.9"],
  "here6.example": ["2606:4700:0:0:0:0:0:9"],
  "empty.example": [],
  // The C library's reading of such hosts.
  "2130706433": ["127.0.0.1"],
  "0x7f.1": ["127.0.0.1"],
  localhost: ["127.0.0.1", "::1"]
}
const asked: Array<string> = []
const surroundings: Surroundings = {
  resolve: (host) => {
    asked.push(host)
    const found = NAMES[host]
    return found === undefined ? Promise.reject(new Error("no such name")) : Promise.resolve(found)
  },
  own: () => ["127.0.0.1", "::1", "9.9.9.9", "2606:4700::9"]
}
const decided = (wanted: Partial<ProxyRequest>, rules: Partial<Rules> = {}) =>
  Effect.promise(() => decide({ host: "public.example", port: 443, plain: false, ...wanted }, { ...RULES, ...rules }, surroundings))

describe("a box's proxy", () => {
  it.effect("connects to port 443 of public addresses, to those that it has checked", () =>
    Effect.gen(function* () {
      asked.length = 0
      assert.deepStrictEqual(yield* decided({}), { _tag: "direct", addresses: ["8.8.8.8", "2606:4700::1111"] })
      assert.deepStrictEqual(asked, ["public.example"])
      assert.deepStrictEqual(yield* decided({ host: "8.8.4.4" }), { _tag: "direct", addresses: ["8.8.4.4"] })
    })
  )

  const refused: ReadonlyArray<readonly [wanted: Partial<ProxyRequest>, why: string]> = [
    [{ port: 80 }, "only port 443 is allowed"],
    [{ port: 22 }, "only port 443 is allowed"],
    [{ port: 80, plain: true }, "only HTTPS is allowed"],
    [{ plain: true }, "only HTTPS is allowed"],
    [{ host: "private.example" }, "it is at 10.1.2.3, which is not a public address"],
    [{ host: "half.example" }, "it is at 127.0.0.1, which is this machine"],
    [{ host: "mapped.example" }, "it is at ::ffff:127.0.0.1, which is this machine"],
    [{ host: "metadata.example" }, "it is at 169.254.169.254, which is not a public address"],
    [{ host: "here.example" }, "it is at 9.9.9.9, which is this machine"],
    [{ host: "here6.example" }, "it is at 2606:4700:0:0:0:0:0:9, which is this machine"],
    [{ host: "2130706433" }, "it is at 127.0.0.1, which is this machine"],
    [{ host: "0x7f.1" }, "it is at 127.0.0.1, which is this machine"],
    [{ host: "localhost" }, "it is at 127.0.0.1, which is this machine"],
    [{ host: "169.254.169.254" }, "it is an address that is not a public address"],
    [{ host: "::1" }, "it is an address that is this machine"],
    [{ host: "64:ff9b::9.9.9.9" }, "it is an address that is this machine"],
    [{ host: "fd00::1" }, "it is an address that is not a public address"],
    [{ host: "empty.example" }, "its name has no address"],
    [{ host: "nowhere.example" }, "its name can't be resolved (no such name)"]
  ]
  for (const [wanted, why] of refused)
    it.effect(`refuses ${JSON.stringify(wanted)}`, () =>
      Effect.map(decided(wanted), (decision) => assert.deepStrictEqual(decision, { _tag: "refused", why }))
    )

  it.effect("connects to named servers wherever they are, at exactly their port, and without TLS only if that is said", () =>
    Effect.gen(function* () {
      const rules = {
        allow: [
          { host: "private.example", port: 8080, scheme: "http" as const },
          { host: "127.0.0.1", port: 4000, scheme: "https" as const }
        ]
      }
      const there = { _tag: "direct", addresses: ["10.1.2.3"] } as const
      assert.deepStrictEqual(yield* decided({ host: "private.example", port: 8080 }, rules), there)
      assert.deepStrictEqual(yield* decided({ host: "private.example", port: 8080, plain: true }, rules), there)
      assert.deepStrictEqual(yield* decided({ host: "127.0.0.1", port: 4000 }, rules), { _tag: "direct", addresses: ["127.0.0.1"] })
      for (const other of [
        { host: "private.example", port: 443 },
        { host: "private.example", port: 8081 },
        { host: "10.1.2.3", port: 8080 },
        { host: "127.0.0.1", port: 4000, plain: true },
        { host: "127.0.0.1", port: 4001 }
      ])
        assert.strictEqual((yield* decided(other, rules))._tag, "refused", JSON.stringify(other))
    })
  )

  it.effect("takes networks that the operator names for public, but never this machine", () =>
    Effect.gen(function* () {
      const rules = { networks: ["10.1.0.0/16", "fd00:1::/32", "0.0.0.0/0"] }
      assert.strictEqual((yield* decided({ host: "private.example" }, { networks: ["10.1.0.0/16"] }))._tag, "direct")
      assert.strictEqual((yield* decided({ host: "10.2.2.3" }, { networks: ["10.1.0.0/16"] }))._tag, "refused")
      assert.strictEqual((yield* decided({ host: "private.example", port: 80 }, rules))._tag, "refused")
      assert.strictEqual((yield* decided({ host: "fd00:1::5" }, rules))._tag, "direct")
      assert.strictEqual((yield* decided({ host: "fd00:2::5" }, rules))._tag, "refused")
      assert.strictEqual((yield* decided({ host: "localhost" }, rules))._tag, "refused")
    })
  )

  it.effect("goes through the operator's proxy, but not to what is known to be private, nor to exceptions", () =>
    Effect.gen(function* () {
      const rules = { upstream: { url: "http://proxy:3128", except: [".inside.example", "private.example"] } }
      const through = { _tag: "upstream", url: "http://proxy:3128" } as const
      assert.deepStrictEqual(yield* decided({}, rules), through)
      // Such machines often cannot resolve names of the internet.
      assert.deepStrictEqual(yield* decided({ host: "nowhere.example" }, rules), through)
      assert.strictEqual((yield* decided({ host: "metadata.example" }, rules))._tag, "refused")
      assert.strictEqual((yield* decided({ host: "10.0.0.1" }, rules))._tag, "refused")
      assert.strictEqual((yield* decided({ port: 22 }, rules))._tag, "refused")
      const allow = [{ host: "private.example", port: 443, scheme: "https" as const }]
      assert.deepStrictEqual(yield* decided({ host: "private.example" }, { ...rules, allow }), { _tag: "direct", addresses: ["10.1.2.3"] })
      assert.match(JSON.stringify(yield* decided({ host: "a.inside.example" }, rules)), /can't be resolved/)
    })
  )
})

describe("the operator's settings", () => {
  it("are a list of servers and networks, and a wrong one is named", () => {
    assert.deepStrictEqual(
      parseAllowance(" git.example:8443, 10.1.0.0/16,[fd00::1]:443,fd00::/8 "),
      Either.right({
        origins: [
          { host: "git.example", port: 8443, scheme: "http" as const },
          { host: "fd00::1", port: 443, scheme: "http" as const }
        ],
        networks: ["10.1.0.0/16", "fd00::/8"]
      })
    )
    assert.deepStrictEqual(parseAllowance(""), Either.right({ origins: [], networks: [] }))
    for (const wrong of ["git.example", "10.1.0.0", "http://git.example:80", "a:99999", "10.0.0.0/99", "*"])
      assert.deepStrictEqual(parseAllowance(`10.1.0.0/16,${wrong}`), Either.left(wrong))
  })

  it.effect("come from GITTENSOR_FETCH_ALLOW", () =>
    Effect.gen(function* () {
      const from = (text: string) =>
        Effect.withConfigProvider(allowance, ConfigProvider.fromMap(new Map([["GITTENSOR_FETCH_ALLOW", text]])))
      assert.strictEqual((yield* from("10.1.0.0/16")).networks.length, 1)
      assert.include(String(yield* Effect.flip(from("nonsense"))), '"nonsense" is neither HOST:PORT nor a network')
      assert.deepStrictEqual(yield* Effect.withConfigProvider(allowance, ConfigProvider.fromMap(new Map())), { origins: [], networks: [] })
    })
  )

  it("name registries, which are reached where they are, and only those without a password go into a box", () => {
    const variables = {
      GOPROXY: "https://go.example:8443|http://10.0.0.5/go,direct",
      PIP_INDEX_URL: "https://user:secret@pip.example/simple",
      npm_config_registry: "https://npm.example/",
      HOME: "https://home.example"
    }
    assert.deepStrictEqual(registryOrigins(variables), [
      { host: "go.example", port: 8443, scheme: "https" },
      { host: "10.0.0.5", port: 80, scheme: "http" },
      { host: "npm.example", port: 443, scheme: "https" }
    ])
    assert.deepStrictEqual(Object.keys(registriesOf(variables)), ["GOPROXY", "npm_config_registry"])
  })

  it("name a proxy and its exceptions in either case", () => {
    assert.isNull(upstreamOf({ HTTPS_PROXY: "" }))
    assert.deepStrictEqual(upstreamOf({ HTTPS_PROXY: "proxy:3128", no_proxy: "a.example, .B.example,," }), {
      url: "http://proxy:3128",
      except: ["a.example", ".b.example"]
    })
    assert.strictEqual(upstreamOf({ https_proxy: "http://u:p@one:1", HTTPS_PROXY: "http://two:2" })?.url, "http://u:p@one:1")
  })
})

const headOf = (text: string) => {
  const parsed = parseHead(text)
  return parsed === undefined ? undefined : [parsed.host, parsed.port, parsed.plain]
}

describe("a request's head", () => {
  it("asks for a connection, or for a whole address", () => {
    assert.deepStrictEqual(headOf("CONNECT Registry.Example:443 HTTP/1.1\r\nHost: x"), ["registry.example", 443, false])
    assert.deepStrictEqual(headOf("CONNECT [2001:DB8::1]:443 HTTP/1.0"), ["2001:db8::1", 443, false])
    assert.deepStrictEqual(headOf("GET http://Server:8080/a?b HTTP/1.1"), ["server", 8080, true])
    assert.deepStrictEqual(headOf("GET http://0x7f.1/ HTTP/1.1"), ["127.0.0.1", 80, true])
  })

  it("is refused when it is of no such form", () => {
    for (const wrong of [
      "",
      "GET / HTTP/1.1",
      "GET https://a/ HTTP/1.1",
      "GET ftp://a/ HTTP/1.1",
      "CONNECT a HTTP/1.1",
      "CONNECT a:0 HTTP/1.1",
      "CONNECT a:99999 HTTP/1.1",
      "CONNECT fe80::1%eth0:443 HTTP/1.1",
      "CONNECT a@b:443 HTTP/1.1",
      "connect a:443 HTTP/1.1",
      "CONNECT a:443 HTTP/2",
      // Some servers end lines at only one of the two characters, and would see other headers.
      "GET http://a/ HTTP/1.1\nA: b",
      "GET http://a/ HTTP/1.1\r\nA: b\rB: c",
      "GET http://a/ HTTP/1.1\r\nA: b\nB: c"
    ])
      assert.isUndefined(headOf(wrong), wrong)
  })

  it("goes on without what is between a client and its proxy, for one request", () => {
    const head = parseHead(
      "POST http://u:p@server:81/a?b HTTP/1.1\r\nHost: server:81\r\nProxy-Connection: keep-alive\r\nConnection: x\r\nA: b"
    )
    assert.strictEqual(head?.onward, "POST /a?b HTTP/1.1\r\nHost: server:81\r\nA: b\r\nConnection: close\r\n\r\n")
  })

  it("is found however its bytes arrive, with what follows", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), fc.string({ unit: "grapheme-ascii" }), (sizes, body) => {
        const text = `CONNECT a:443 HTTP/1.1\r\nA: b\r\n\r\n${body}`
        const reader = new HeadReader()
        let at = 0
        for (let turn = 0; at < text.length; turn++) {
          const size = sizes[turn % sizes.length] ?? 1
          const read = reader.push(Buffer.from(text.slice(at, at + size)))
          at += size
          if (read === undefined || read === "too long") continue
          assert.strictEqual(read.head, "CONNECT a:443 HTTP/1.1\r\nA: b")
          assert.strictEqual(read.rest.toString(), text.slice(0, at).split("\r\n\r\n").slice(1).join("\r\n\r\n"))
          return
        }
        assert.fail("not found")
      })
    )
  })

  it("has an end", () => {
    const reader = new HeadReader()
    let read: ReturnType<HeadReader["push"]>
    let bytes = 0
    do {
      read = reader.push(Buffer.alloc(1_000, 65))
      bytes += 1_000
    } while (read === undefined)
    assert.strictEqual(read, "too long")
    assert.isBelow(bytes, MOST_HEAD + 2_000)
    assert.strictEqual(new HeadReader().push(Buffer.concat([Buffer.alloc(20_000, 65), Buffer.from("\r\n\r\n")])), "too long")
  })
})
