/** REST lists, read by GitHub's own links: however long they are, and while entries come and go. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { nextPageIn } from "../../../src/layers/github/client/answers.ts"
import { ago, emptyStory, place, service, WIDGETS } from "../../support/github/contributionStory.ts"
import { serve } from "../../support/serve.ts"

const ISSUES = 230

/** Open issues by bob, older than the window, and a GitHub proxy at which `meanwhile` happens once: after the first page of the open ones. */
const longList = Effect.gen(function* () {
  const simulated = yield* emptyStory()
  const { control, idOf, request } = simulated
  for (let number = 1; number <= ISSUES; number++)
    yield* control.openIssue({ payload: { repository: WIDGETS, title: "It squeaks", author: "bob", at: ago(290) + number * 1_000 } })
  const pages: Array<string> = []
  let meanwhile: Effect.Effect<unknown, unknown> = Effect.void
  let times = 0
  const server = yield* serve(async (asked) => {
    const { pathname, search } = new URL(asked.url)
    const body = asked.method === "GET" ? null : await asked.arrayBuffer()
    const answer = await fetch(simulated.url + pathname + search, { method: asked.method, headers: asked.headers, body })
    const isList = /^\/repos\/acme\/widgets\/issues$/i.test(pathname) && search.includes("state=open")
    if (isList) pages.push(search)
    if (isList && !/[?&](page|after)=/.test(search) && times-- > 0) await Effect.runPromise(meanwhile)
    return answer
  })
  const load = Effect.gen(function* () {
    const { record, missing, gone } = yield* (yield* service(server.url, simulated.tokens.slice(0, 1))).load(request)
    return { numbers: (record.issues[idOf("bob")] ?? []).map(({ issue_number }) => issue_number), missing, gone }
  })
  const happens = (what: Effect.Effect<unknown, unknown>, often: number) => {
    meanwhile = what
    times = often
  }
  return { ...simulated, load, happens, pages }
})

const all = Array.from({ length: ISSUES }, (_, index) => index + 1)

describe("the next page", () => {
  it("is what a link says of it, and nothing else of its address", () => {
    const link =
      '<https://evil.example/x?per_page=100&after=Y3Vyc29yOg%3D%3D&page=2>; rel="next", <https://api.github.com/y?page=9>; rel="last"'
    assert.deepStrictEqual(nextPageIn(link), { per_page: "100", after: "Y3Vyc29yOg==", page: "2" })
    assert.strictEqual(nextPageIn('<https://api.github.com/y?page=1>; rel="prev"'), undefined)
    assert.strictEqual(nextPageIn(undefined), undefined)
  })
})

describe("a long list", () => {
  it.scopedLive("is read to its end by cursor, beyond what numbered pages reach", () =>
    Effect.gen(function* () {
      const { control, load, pages } = yield* longList
      yield* control.setPages({ payload: { most: 100, reversed: false, reach: 200 } })
      assert.deepStrictEqual(yield* load, { numbers: all, missing: [], gone: [] })
      // Three pages of bob's entries, and one page of cleo's.
      assert.strictEqual(pages.length, 4)
    })
  )

  it.scopedLive("is missing with GitHub's reason, and not gone, where GitHub refuses a page", () =>
    Effect.gen(function* () {
      const { control, load } = yield* longList
      yield* control.setPages({ payload: { most: 100, reversed: false, reach: 200, numbered: true } })
      const { missing, gone } = yield* load
      assert.deepStrictEqual(gone, [])
      assert.include(missing.find(({ repository }) => repository === "Acme/Widgets")?.why, "Pagination with the page parameter")
    })
  )

  for (const numbered of [false, true]) {
    const kind = numbered ? "by numbered pages" : "by cursor"
    it.scopedLive(`loses nothing when entries are closed while it is read ${kind}`, () =>
      Effect.gen(function* () {
        const { control, load, happens } = yield* longList
        yield* control.setPages({ payload: { most: 100, reversed: false, numbered } })
        const closed = [1, 2, 3]
        // They were closed long before the window, so the other list does not contain them.
        const close = Effect.forEach(closed, (number) => control.close({ payload: { ...place(WIDGETS, number), at: ago(280) } }))
        happens(close, 1)
        const { numbers, missing } = yield* load
        assert.deepStrictEqual(missing, [])
        assert.deepStrictEqual(
          numbers.filter((number) => !closed.includes(number)),
          all.slice(closed.length)
        )
      })
    )
  }

  it.scopedLive("that changes at each reading is missing evidence, after three readings", () =>
    Effect.gen(function* () {
      const { control, load, happens, pages } = yield* longList
      yield* control.setPages({ payload: { most: 100, reversed: false, numbered: true } })
      let next = 1
      const close = Effect.suspend(() => control.close({ payload: { ...place(WIDGETS, next++), at: ago(280) } }))
      happens(close, 100)
      const { missing, gone } = yield* load
      assert.deepStrictEqual(gone, [])
      assert.include(missing.find(({ repository }) => repository === "Acme/Widgets")?.why, "changed each of the 3 times")
      assert.isBelow(pages.length, 20)
    })
  )
})
