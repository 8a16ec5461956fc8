/**
 * `npm run bench -- play [--times=N] [--minutes=M] [--tokens=T] [--every=E] [--limit=L] [--json]`: runs the scoring of contributions at N times
 * today's subnet (default 1) for M minutes (default 60) against the stand-in with GitHub's limits: a first round, then a round every E minutes
 * (default 5, where an epoch has 72: the tokens' points must suffice) with an epoch's new pull requests, in a separate process with git clones, as in
 * a validator. A round that exceeds the step limit (L minutes, default 10) is ended, and the next one continues it. Prints each round; at the end the
 * longest and the last one, and the peak memory. Needs the files that `npm run build` embeds.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect, Option, Schema, Stream } from "effect"
import { buildExecutable } from "../../scripts/executable.ts"
import { makeWorld, NOW } from "../contributions/world.ts"
import { megabytesOf } from "../machine.ts"
import { Round } from "./Round.ts"

/** Today's subnet by docs/scale.md: pull requests in the window, and new ones in an epoch. `repositories`: among how many they are divided here. */
const TODAY = { pullRequests: 4_877, new: 8, repositories: 50 }
const PROGRAM = "dist/gittensor-play"

const decodeRound = Schema.decodeUnknown(Schema.parseJson(Round))

/** A process that scores a round on each request. */
const scorer = (words: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const child = yield* Effect.acquireRelease(
      Effect.sync(() =>
        Bun.spawn([PROGRAM, ...words], {
          stdin: "pipe",
          stdout: "pipe",
          stderr: "inherit"
        })
      ),
      (running) =>
        Effect.promise(() => {
          running.kill()
          return running.exited
        })
    )
    const lines = Stream.fromReadableStream(() => child.stdout, String).pipe(Stream.decodeText(), Stream.splitLines)
    const pull = yield* Stream.toPull(Stream.rechunk(lines, 1))
    const round = (now: number) =>
      Effect.gen(function* () {
        child.stdin.write(`${now}\n`)
        yield* Effect.promise(async () => void (await child.stdin.flush()))
        const line = yield* Effect.map(pull, (chunk) => [...chunk].join(""))
        return yield* decodeRound(line)
      }).pipe(Effect.mapError((cause) => new Error(`the scoring process ended: ${Option.isOption(cause) ? "no answer" : cause.message}`)))
    return { round }
  })

/** `option`: the value of `--name=VALUE`. */
export const play = Effect.fn("bench.play")(function* (option: (name: string) => string | undefined) {
  const setting = (name: string, usual: number) => Number(option(name) ?? usual)
  const [times, minutes] = [setting("times", 1), setting("minutes", 60)]
  const size = {
    repositories: TODAY.repositories * times,
    miners: 256,
    pullRequests: TODAY.pullRequests * times,
    tokens: setting("tokens", times > 4 ? 4 : 1)
  }
  yield* Effect.promise(() => buildExecutable({ outfile: PROGRAM, entry: join(import.meta.dirname, "program.ts") }))
  const begun = Date.now()
  const { url, control, repositories, tokens, accounts, grow } = yield* makeWorld(size, { _tag: "Real", offset: NOW - begun })
  const of = Math.round(megabytesOf("self", "VmHWM"))
  console.log(`a world of ${size.pullRequests} pull requests and ${of} MB at most after ${Math.round((Date.now() - begun) / 1000)} s`)
  const folder = yield* Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "gittensor-bench-play-"))),
    (made) => Effect.sync(() => rmSync(made, { recursive: true, force: true }))
  )
  const { round } = yield* scorer([url, folder, `${setting("limit", 10)}`, tokens.join(","), accounts.join(","), repositories.join(",")])
  const [rounds, started]: readonly [Array<Round>, number] = [[], Date.now()]
  let moment = started
  for (let turn = 1, at = started; turn === 1 || at - started < minutes * 60_000; turn++) {
    const before = yield* control.countRequests({ payload: {} })
    // A continued round keeps its time, as an epoch's round does.
    if (rounds.at(-1)?.isEnded !== false) moment = at
    const one = yield* round(NOW + moment - begun)
    const after = yield* control.countRequests({ payload: {} })
    rounds.push(one)
    const requests = `${after.requests - before.requests - after.git + before.git} requests, ${after.git - before.git} of git`
    console.log(`round ${turn}: ${JSON.stringify(one)}, ${requests}`)
    const next = one.isEnded ? Math.max(Date.now(), at + setting("every", 5) * 60_000) : Date.now()
    if (next - started >= minutes * 60_000) break
    const count = one.isEnded ? Math.min(TODAY.new * times, repositories.length) : 0
    const grown = yield* grow(count, turn, NOW + Date.now() - begun)
    for (const { repository, number } of grown) yield* control.mergePullRequest({ payload: { repository, number, by: "maintainer" } })
    yield* Effect.sleep(next - Date.now())
    at = next
  }
  const first = rounds.findIndex(({ isEnded }) => isEnded)
  const [till, later] = [rounds.slice(0, first + 1), first < 0 ? [] : rounds.slice(first + 1)]
  return {
    times,
    minutes: Math.round((Date.now() - started) / 60_000),
    rounds: rounds.length,
    firstRoundSeconds: first < 0 ? "did not end" : Math.round(till.reduce((sum, { seconds }) => sum + seconds, 0)),
    firstRoundSteps: first < 0 ? rounds.length : till.length,
    scoresOnDisk: rounds.at(-1)?.onDisk,
    longestLaterSeconds: Math.max(0, ...later.map(({ seconds }) => seconds)),
    lastSeconds: rounds.at(-1)?.seconds,
    megabytesAfterFirst: till.at(-1)?.megabytes,
    megabytesAtEnd: rounds.at(-1)?.megabytes,
    mostMegabytes: Math.max(...rounds.map(({ peak }) => peak)),
    mostMegabytesOfTheStandIn: Math.round(megabytesOf("self", "VmHWM")),
    missing: rounds.reduce((sum, { missing }) => sum + missing, 0)
  }
}, Effect.scoped)
