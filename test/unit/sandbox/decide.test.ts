/** What the proxy of a box lets through: a box's wishes against rules, with invented name servers. */
import { assert, describe, it } from "@effect/vitest"
import { Either } from "effect"
import { decide, type Wanted } from "../../../src/layers/sandbox/network/decide.ts"
import { parseAllowance, registryOrigins, upstreamOf } from "../../../src/layers/sandbox/network/operator.ts"
import { HeadReader, MOST_HEAD, parseHead } from "../../../src/layers/sandbox/network/requestHead.ts"
import type { Rules } from "../../../src/layers/sandbox/network/rules.ts"

const RULES: Rules = { allow: [], networks: [], upstream: null, bytes: 1, connections: 1 }

const NAMES: Readonly<Record<string, ReadonlyArray<string>>> = {
  "public.example": ["93.184.216.34", "2606:2800:220:1::1"],
  "loopback.example": ["127.0.0.1"],
  "mixed.example": ["93.184.216.34", "10.0.0.1"],
  "mapped.example": ["::ffff:127.0.0.1"],
  "here.example": ["93.184.216.99"],
  "mirror.example": ["203.0.113.80"]
}

const asked = (wanted: Partial<Wanted>, rules: Partial<Rules> = {}) =>
  decide(
    { host: "public.example", port: 443, plain: false, ...wanted },
    { ...RULES, ...rules },
    {
      resolve: (host) => (NAMES[host] === undefined ? Promise.reject(new Error("ENOTFOUND")) : Promise.resolve(NAMES[host])),
      own: () => ["93.184.216.99", "192.168.1.7"]
    }
  )

const why = async (wanted: Partial<Wanted>, rules: Partial<Rules> = {}) => {
  const decision = await asked(wanted, rules)
  return decision._tag === "refused" ? decision.why : decision._tag
}

describe("the proxy of a box", () => {
  it("lets port 443 of public addresses through, at exactly the addresses that it checked", async () => {
    assert.deepStrictEqual(await asked({}), { _tag: "direct", addresses: NAMES["public.example"] ?? [] })
  })

  it("refuses everything else, and says why", async () => {
    for (const [host, said] of [
      ["loopback.example", /127\.0\.0\.1, which is not a public address/],
      ["mixed.example", /10\.0\.0\.1, which is not a public address/],
      ["mapped.example", /which is not a public address/],
      ["here.example", /which is this machine/],
      ["mirror.example", /203\.0\.113\.80, which is not a public address/],
      ["nowhere.example", /its name can't be resolved/],
      ["127.0.0.1", /an address that is not a public address/],
      ["169.254.169.254", /an address that is not a public address/],
      ["192.168.1.7", /an address that is this machine/],
      ["::1", /an address that is not a public address/],
      ["fd00::1", /an address that is not a public address/],
      ["64:ff9b::7f00:1", /an address that is not a public address/]
    ] as const)
      assert.match(await why({ host }), said, host)
    for (const port of [22, 80, 8443, 6379]) assert.strictEqual(await why({ port }), "only port 443 is allowed")
    assert.strictEqual(await why({ port: 443, plain: true }), "only HTTPS is allowed")
  })

  it("lets what the operator names through, and nothing beside it", async () => {
    const allow = [{ host: "127.0.0.1", port: 3_000, scheme: "http" }] as const
    assert.strictEqual(await why({ host: "127.0.0.1", port: 3_000, plain: true }, { allow }), "direct")
    assert.match(await why({ host: "127.0.0.1", port: 3_001, plain: true }, { allow }), /only HTTPS/)
    assert.match(await why({ host: "localhost", port: 3_000, plain: true }, { allow }), /only HTTPS/)
    const secure = [{ host: "loopback.example", port: 8_443, scheme: "https" }] as const
    assert.strictEqual(await why({ host: "loopback.example", port: 8_443 }, { allow: secure }), "direct")
    assert.match(await why({ host: "loopback.example", port: 8_443, plain: true }, { allow: secure }), /only HTTPS/)
    assert.strictEqual(await why({ host: "mirror.example" }, { networks: ["203.0.113.0/24"] }), "direct")
    assert.match(await why({ host: "loopback.example" }, { networks: ["203.0.113.0/24"] }), /not a public address/)
  })

  it("goes through the operator's own proxy, except where that is not used", async () => {
    const upstream = { url: "http://proxy.example:3128", except: [".public.example"] }
    assert.strictEqual(await why({ host: "nowhere.example" }, { upstream }), "upstream")
    assert.strictEqual(await why({}, { upstream }), "direct")
    assert.match(await why({ host: "loopback.example" }, { upstream }), /not a public address/)
    assert.strictEqual(await why({ host: "nowhere.example", port: 22 }, { upstream }), "only port 443 is allowed")
  })
})

describe("the request to the proxy of a box", () => {
  it("is read in pieces of any size, up to a limit", () => {
    const text = "CONNECT public.example:443 HTTP/1.1\r\nHost: x\r\n\r\n"
    for (const size of [1, 7, text.length]) {
      const reader = new HeadReader()
      let found: ReturnType<HeadReader["push"]>
      for (let at = 0; at < text.length; at += size) found = reader.push(Buffer.from(text.slice(at, at + size)))
      assert.isTrue(typeof found === "object" && parseHead(found.head)?.host === "public.example")
    }
    assert.strictEqual(new HeadReader().push(Buffer.alloc(MOST_HEAD + 1, "x")), "too long")
  })

  it("is none without a host, a port or the form", () => {
    for (const head of [
      "CONNECT :443 HTTP/1.1",
      "CONNECT x:0 HTTP/1.1",
      "CONNECT x:70000 HTTP/1.1",
      "GET / HTTP/1.1",
      "GET ftp://x/ HTTP/1.1",
      "x",
      ""
    ])
      assert.isUndefined(parseHead(head), head)
    assert.deepInclude(parseHead("CONNECT [::1]:443 HTTP/1.1"), { host: "::1", port: 443, plain: false })
    assert.strictEqual(
      parseHead("GET http://a.example/b?c HTTP/1.1\r\nProxy-Connection: keep-alive\r\nAccept: */*")?.onward,
      "GET /b?c HTTP/1.1\r\nAccept: */*\r\nConnection: close\r\n\r\n"
    )
  })
})

describe("an operator's variables", () => {
  it("name servers, networks and a proxy", () => {
    assert.deepStrictEqual(
      parseAllowance("mirror.example:8080, 10.1.0.0/16,[fd00::1]:443"),
      Either.right({
        origins: [
          { host: "mirror.example", port: 8_080, scheme: "http" },
          { host: "fd00::1", port: 443, scheme: "http" }
        ],
        networks: ["10.1.0.0/16"]
      })
    )
    assert.deepStrictEqual(parseAllowance("everything"), Either.left("everything"))
    assert.deepStrictEqual(
      registryOrigins({ npm_config_registry: "http://10.0.0.5:4873/", PIP_INDEX_URL: "https://user:secret@pip.example/" }),
      [{ host: "10.0.0.5", port: 4_873, scheme: "http" }]
    )
    assert.deepStrictEqual(upstreamOf({ HTTPS_PROXY: "proxy.example:3128", no_proxy: ".example" }), {
      url: "http://proxy.example:3128",
      except: [".example"]
    })
    assert.isNull(upstreamOf({}))
  })
})
