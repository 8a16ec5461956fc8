import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Clock, ConfigProvider, Context, Duration, Effect, Fiber, Layer, Ref, Stream, TestClock } from "effect"
import { FinalisedHead } from "../../../src/layers/chain/node/FinalisedHead.ts"
import * as RefusedTokens from "../../../src/layers/github/client/RefusedTokens.ts"
import { attempted } from "../../../src/layers/machine/effects/supervise.ts"
import { socketAddress } from "../../../src/layers/machine/process/datagram.ts"
import * as ServiceManager from "../../../src/layers/machine/process/ServiceManager.ts"
import { unopposed } from "../../../src/layers/protection/HotkeyGuard.ts"
import * as Progress from "../../../src/roles/validator/Progress.ts"
import { tellServiceManager } from "../../../src/roles/validator/vitals.ts"
import { folder } from "../../support/folder.ts"
import { receiveAt } from "../../support/validator/receiver.ts"

const managerAt = (variables: Readonly<Record<string, string>>) =>
  Effect.map(
    Layer.build(ServiceManager.layer).pipe(Effect.withConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(variables))))),
    (context) => Context.get(context, ServiceManager.ServiceManager)
  )

describe.skipIf(process.platform !== "linux")("sd_notify", () => {
  it.scoped("reaches a socket at a path, and one in the abstract namespace", () =>
    Effect.gen(function* () {
      for (const path of [join(yield* folder, "notify"), `@gittensor-test-${process.pid}-${crypto.randomUUID()}`]) {
        const received = yield* receiveAt(path)
        const manager = yield* managerAt({ NOTIFY_SOCKET: path })
        assert.strictEqual(manager.watchdog._tag, "None")
        yield* manager.ready
        yield* manager.status("block 7")
        yield* manager.status("block 7")
        yield* manager.status("two\nlines")
        yield* manager.alive
        yield* manager.stopping
        assert.deepStrictEqual(yield* received, ["READY=1", "STATUS=block 7", "STATUS=two lines", "WATCHDOG=1", "STOPPING=1"])
      }
    })
  )

  it.scoped("says nothing without a socket, and survives one that is gone or invalid", () =>
    Effect.gen(function* () {
      const gone = join(yield* folder, "gone")
      for (const variables of [{}, { NOTIFY_SOCKET: gone }, { NOTIFY_SOCKET: "no-path" }, { NOTIFY_SOCKET: `/${"x".repeat(200)}` }]) {
        const manager = yield* managerAt({ ...variables, WATCHDOG_USEC: "1000000" })
        yield* manager.ready
        yield* manager.alive
      }
    })
  )

  it.scoped("runs a watchdog only if it is meant for this process", () =>
    Effect.gen(function* () {
      const path = join(yield* folder, "notify")
      yield* receiveAt(path)
      const watchdogOf = (variables: Readonly<Record<string, string>>) =>
        Effect.map(managerAt({ NOTIFY_SOCKET: path, ...variables }), ({ watchdog }) => watchdog)
      assert.deepStrictEqual(
        yield* watchdogOf({ WATCHDOG_USEC: "2000000", WATCHDOG_PID: String(process.pid) }),
        yield* watchdogOf({ WATCHDOG_USEC: "2000000" })
      )
      assert.strictEqual((yield* watchdogOf({ WATCHDOG_USEC: "2000000", WATCHDOG_PID: "1" }))._tag, "None")
      assert.strictEqual((yield* watchdogOf({ WATCHDOG_USEC: "0" }))._tag, "None")
    })
  )

  it("encodes addresses as struct sockaddr_un", () => {
    assert.deepStrictEqual(socketAddress("/a"), Buffer.from([1, 0, 0x2f, 0x61, 0]))
    assert.deepStrictEqual(socketAddress("@a"), Buffer.from([1, 0, 0, 0x61]))
    for (const path of ["", "a", `/${"a".repeat(107)}`]) assert.isUndefined(socketAddress(path))
  })
})

describe.skipIf(process.platform !== "linux")("the watchdog", () => {
  const WATCHDOG = Duration.seconds(60)

  /** A daemon's heartbeat with a real socket and one loop. Blocks arrive while `blocks` is set. */
  const heart = Effect.gen(function* () {
    const path = join(yield* folder, "notify")
    const received = yield* receiveAt(path)
    const manager = yield* managerAt({ NOTIFY_SOCKET: path, WATCHDOG_USEC: String(Duration.toMillis(WATCHDOG) * 1_000) })
    const progress = yield* Progress.make
    yield* progress.announce("round", 90_000)
    const headAt = yield* Ref.make(0)
    const telling = yield* Effect.fork(
      tellServiceManager.pipe(
        Effect.provideService(ServiceManager.ServiceManager, manager),
        Effect.provideService(Progress.Progress, progress),
        Effect.provideService(FinalisedHead, {
          current: Effect.succeed({ number: 1, hash: "0x" }),
          arrivedAt: Ref.get(headAt),
          changes: Stream.empty
        }),
        Effect.provide(RefusedTokens.layer),
        Effect.provide(unopposed)
      )
    )
    /** Lets this much time pass with a block every 12 s. Returns the messages received meanwhile. */
    const live = (seconds: number, blocks: boolean) =>
      Effect.gen(function* () {
        const all: Array<string> = []
        for (let passed = 0; passed < seconds; passed += 12) {
          if (blocks) yield* Effect.flatMap(Clock.currentTimeMillis, (now) => Ref.set(headAt, now))
          yield* TestClock.adjust("12 seconds")
          // A socket buffers ten unread messages.
          all.push(...(yield* received))
        }
        assert.isNull(telling.unsafePoll())
        return all
      })
    return { progress, live, telling, received }
  })

  it.scoped("is fed while blocks arrive and steps end, and READY comes with the first of them", () =>
    Effect.gen(function* () {
      const { progress, live } = yield* heart
      assert.notInclude(yield* live(24, true), "READY=1")
      yield* attempted("round", Effect.void, { limit: Duration.minutes(1), progress })
      const then = yield* live(60, true)
      assert.include(then, "READY=1")
      assert.isAtLeast(then.filter((message) => message === "WATCHDOG=1").length, 4)
    })
  )

  it.scoped("starves when no block arrives", () =>
    Effect.gen(function* () {
      const { progress, live } = yield* heart
      yield* attempted("round", Effect.void, { limit: Duration.minutes(1), progress })
      assert.include(yield* live(24, true), "WATCHDOG=1")
      yield* live(48, false)
      const silent = yield* live(120, false)
      assert.notInclude(silent, "WATCHDOG=1")
      assert.isTrue(silent.some((message) => /^STATUS=.*no finalised block for \d+ s/.test(message)))
      yield* live(12, true)
      yield* attempted("round", Effect.void, { limit: Duration.minutes(1), progress })
      assert.include(yield* live(48, true), "WATCHDOG=1")
    })
  )

  it.scoped("starves when a loop hangs, even if each of its steps is abandoned in time, and says which", () =>
    Effect.gen(function* () {
      const { progress, live } = yield* heart
      const rules = { limit: Duration.seconds(60), progress }
      yield* attempted("round", Effect.void, rules)
      const hanging = yield* Effect.fork(Effect.forever(attempted("round", Effect.never, rules)))
      const before = yield* live(108, true)
      const hung = yield* live(60, true)
      assert.notInclude(hung, "WATCHDOG=1")
      assert.isTrue([...before, ...hung].some((message) => message.includes("hangs: round")))
      // A failed step has ended.
      yield* Fiber.interrupt(hanging)
      yield* attempted("round", Effect.fail("no luck"), rules)
      assert.include(yield* live(48, true), "WATCHDOG=1")
    })
  )

  it.scoped("hears STOPPING at the end", () =>
    Effect.gen(function* () {
      const { telling, received } = yield* heart
      yield* TestClock.adjust("1 second")
      yield* Fiber.interrupt(telling)
      assert.strictEqual((yield* received).at(-1), "STOPPING=1")
    })
  )
})
