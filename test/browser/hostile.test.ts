/** Untrusted text can be anything: names, titles and labels that are code, too long, or right to left. */
import { SqlClient } from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { ALICE, BOB, HEAD, VALIDATOR } from "../support/api/seed.ts"
import { everyState } from "../support/web/history.ts"
import { wrongIn } from "./looks.ts"
import { lookedOn, noBrowser, settled, unfoldEvidence, visit } from "./support.ts"

const CODE = `<img src=x onerror="window.broken=1"><script>window.broken=1</script>{{7*7}}\${7*7}`
const NAMES = [CODE, "\u202Eא שלום עולם مرحبا\u202C", "👩‍👩‍👧‍👦🇨🇭 ﷽ Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢", "W".repeat(250)] as const

const hostile = (name: string) =>
  Effect.gen(function* () {
    yield* everyState
    const sql = yield* SqlClient
    yield* sql`UPDATE issues SET title = ${name}, without_consent = ${name}, excerpt = ${name}, language = ${name}, repository = ${`${"o".repeat(39)}/${"r".repeat(100)}`}, github_author = ${name}, labels = ${JSON.stringify([{ name, color: `red" onload="window.broken=1` }, { name: 7 }, "label"])}::jsonb`
    yield* sql`UPDATE miners SET github_login = ${name.slice(0, 37)} || '-' || coalesce(uid, 0), github_avatar = 'javascript:window.broken=1', earned = 12345678901234567890`
    yield* sql`UPDATE pull_requests SET title = ${name}, author = ${name}, additions = 2147483647, deletions = 2147483647`
    yield* sql`UPDATE events SET fields = fields || ${JSON.stringify({ text: name })}::jsonb`
    yield* sql`UPDATE consensus_findings SET kind = ${name}, text = ${name}, proof = ${JSON.stringify({ name })}::jsonb`
    yield* sql`UPDATE consensus_voters SET program = ${name}, reason = CASE WHEN reason IS NULL THEN NULL ELSE ${name} END, root = ${name}`
    yield* sql`UPDATE validators SET axon = ${name}`
    const tests = { count: 4_000_000_000_000, first: [name, name] }
    const own = { failToPass: tests, failing: tests, removed: tests, skipped: tests, hidden: tests }
    yield* sql`UPDATE quality_records SET reason = ${name}, verification = verification || ${JSON.stringify({ ecosystem: name, command: name, failToPass: tests, broken: tests, flaky: tests, own })}::jsonb,
      gate = gate || ${JSON.stringify({ findings: [{ check: "secret", rejects: true, path: `../${name}`, line: 7, shown: name, limit: name }] })}::jsonb`
    yield* sql`UPDATE quality_duels SET reason = CASE WHEN reason IS NULL THEN NULL ELSE ${name} END, cost = 9007199254740991,
      judges = (SELECT coalesce(jsonb_agg(one || ${JSON.stringify({ family: name, model: name })}::jsonb), '[]') FROM jsonb_array_elements(judges) one),
      answers = (SELECT coalesce(jsonb_agg(one || ${JSON.stringify({ reason: name, answeredBy: name })}::jsonb), '[]') FROM jsonb_array_elements(answers) one),
      panel = jsonb_set(panel, '{judges,0,model}', ${JSON.stringify(name)}::jsonb)`
    yield* sql`UPDATE quality_costs SET model = ${name}, judge = ${name}, cost = 9007199254740991`
  })

/** Votes for one outcome by more validators than a whitelist can hold. */
const manyVotes = (count: number) =>
  Effect.flatMap(
    SqlClient,
    (sql) => sql`WITH b AS (INSERT INTO events (block, index, name, fields)
        SELECT 39, 100 + n, 'OutcomeVoted', '{"issue": 10, "competition": 2}' FROM generate_series(1, ${count}::int) n RETURNING index)
      INSERT INTO votes (block, event, kind, issue, competition, validator, choice, since, weight, total_weight, ended_at, ended_by)
      SELECT 39, b.index, 'outcome', 10, 2, ${VALIDATOR}, ${JSON.stringify({ _tag: "Solved", hotkey: ALICE, pullRequest: 79 })}::jsonb, 39, ended.*
      FROM b LEFT JOIN (VALUES (4000000000, 10000000000, 39, 'replaced')) ended ON b.index < ${count}::int + 100`
  )

const VIEWS = [
  "/issues",
  "/issues/1",
  "/competitions",
  "/competitions/1",
  "/miners",
  `/miners/${ALICE}`,
  `/head-to-head?a=${ALICE}&b=${BOB}`,
  "/validators",
  "/consensus/2",
  "/events"
]

/** Tables of such texts are wider than any screen, and scroll. Their layout is checked with realistic texts. */
const WIDE = /: is \d+ wide in \d+$|: target-size /

describe.skipIf(noBrowser)("what others write, in Chromium", () => {
  for (const [index, name] of NAMES.entries())
    it.scopedLive(["code", "another direction", "joined and stacked letters", "a word without an end"][index] ?? name, () =>
      lookedOn(hostile(name), {}, { chainHead: HEAD }, async ({ page, url, context }) => {
        // The test must not load GitHub's pictures.
        await context.route("https://**", (route) => route.abort())
        const wrong: Array<string> = []
        // Unusual letters do not affect the layout, so two views are enough for them.
        for (const view of index % 3 === 0 ? VIEWS : VIEWS.slice(2, 4)) {
          await visit(page, url + view)
          await settled(page)
          await unfoldEvidence(page)
          // Text changes sizes but no colours.
          wrong.push(...(await wrongIn(page, view, "one look")).filter((line) => !WIDE.test(line)))
          assert.isUndefined(await page.evaluate("window.broken"), view)
          assert.strictEqual(await page.locator("main img:not([src^='https://avatars.githubusercontent.com/'])").count(), 0, view)
        }
        assert.deepStrictEqual(wrong, [])
      })
    )

  it.scopedLive("ten thousand votes on one outcome", () =>
    lookedOn(everyState.pipe(Effect.zipRight(manyVotes(10_000))), {}, { chainHead: HEAD }, async ({ page, url }) => {
      for (const view of ["/competitions/2", "/issues/10", `/validators/${VALIDATOR}`]) {
        await visit(page, url + view)
        await settled(page)
        assert.isBelow(await page.evaluate<number>("document.querySelectorAll('*').length"), 20_000, view)
      }
      await visit(page, `${url}/competitions/2`)
      await settled(page)
      // Replaced votes no longer count: only the validator's last one does.
      await page.locator(".tug").first().getByText("90.0%").waitFor()
    })
  )
})
