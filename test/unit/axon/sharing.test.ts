/** Clients share resources fairly: connections and CPU time of the process. */
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Exit, Fiber } from "effect"
import * as fc from "fast-check"
import * as Gate from "../../../src/layers/chain/axon/PrioritySemaphore.ts"
import { sharerAt } from "../../../src/layers/machine/http/addresses.ts"
import * as FairQueue from "../../../src/layers/machine/http/fairQueue.ts"
import * as SharedRoom from "../../../src/layers/machine/http/sharedRoom.ts"

const greedy = sharerAt("192.0.2.7")
const quiet = sharerAt("198.51.100.9")
/** Distinct addresses, each in its own network. */
const apart = (index: number) => sharerAt(`10.${index >> 8}.${index & 255}.1`)

/** A work room with its own clock, and work in it that lasts until it is interrupted. */
const roomOf = (room: SharedRoom.WorkRoom) => {
  let clock = 0
  const { within, users } = SharedRoom.makeWorkRoom(room, () => clock)
  const enter = (sharer: typeof quiet, debt = 0) =>
    Effect.gen(function* () {
      const given = yield* Deferred.make<SharedRoom.Taking>()
      const fiber = yield* Effect.fork(within(sharer, (taking) => Effect.zipRight(Deferred.succeed(given, taking), Effect.never), debt))
      const taking = yield* Effect.raceFirst(
        Deferred.await(given),
        Effect.as(Fiber.await(fiber), { grow: () => undefined, settle: () => undefined })
      )
      return { ...taking, fiber }
    })
  return {
    enter,
    users,
    pass: (milliseconds: number) => {
      clock += milliseconds
    }
  }
}
type Inside = Effect.Effect.Success<ReturnType<ReturnType<typeof roomOf>["enter"]>>
const isIn = ({ fiber }: Inside) => Effect.map(Fiber.poll(fiber), ({ _tag }) => _tag === "None")
const inside = (those: ReadonlyArray<Inside>) =>
  Effect.map(Effect.zipRight(Effect.yieldNow(), Effect.forEach(those, isIn)), (all) => all.filter(Boolean).length)

describe("a room", () => {
  it.effect("that one address has filled takes a newcomer in, and the oldest of that address goes", () =>
    Effect.gen(function* () {
      const { enter, users, pass } = roomOf({ capacity: 10 })
      const crowd = yield* Effect.forEach(Array.from({ length: 10 }), () => Effect.tap(enter(greedy), () => pass(1)))
      const newcomer = yield* enter(quiet)
      yield* Effect.yieldNow()
      assert.isTrue(yield* isIn(newcomer))
      assert.deepStrictEqual(yield* Effect.forEach(crowd, isIn), [false, ...Array.from({ length: 9 }, () => true)])
      const exit = yield* Fiber.await(crowd[0]?.fiber ?? assert.fail("none"))
      assert.deepInclude(Exit.isFailure(exit) ? exit.cause : undefined, { error: new SharedRoom.MadeRoom() })
      for (let more = 0; more < 50; more++) yield* enter(greedy)
      assert.isTrue(yield* isIn(newcomer), "nobody gets more by asking again")
      assert.strictEqual(users(), 10)
    })
  )

  it.effect("takes from the slow first, although others take more", () =>
    Effect.gen(function* () {
      const { enter, pass } = roomOf({ capacity: 100, floor: { perSecond: 10, patience: 1 } })
      const fast = yield* enter(greedy)
      fast.grow(60)
      const slow = yield* Effect.forEach(
        Array.from({ length: 4 }, (_, index) => index),
        (index) => enter(apart(index))
      )
      for (const { grow } of slow) grow(10)
      pass(2_500)
      const newcomer = yield* enter(quiet)
      newcomer.grow(5)
      assert.strictEqual(yield* inside([fast, newcomer]), 2)
      assert.strictEqual(yield* inside(slow), 3)
    })
  )

  it.effect("takes from whose requests failed, before others with as much", () =>
    Effect.gen(function* () {
      const { enter } = roomOf({ capacity: 4 })
      const honest = yield* Effect.forEach([apart(1), apart(2), apart(3)], (sharer) => enter(sharer))
      const failing = yield* enter(greedy, 300)
      const newcomer = yield* enter(quiet)
      assert.strictEqual(yield* inside([...honest, newcomer]), 4)
      assert.strictEqual(yield* inside([failing]), 0)
    })
  )

  it.effect("cuts no work that has settled: the newcomer waits outside", () =>
    Effect.gen(function* () {
      const { enter } = roomOf({ capacity: 2 })
      const settled = yield* Effect.forEach([1, 2], () => Effect.tap(enter(greedy), ({ settle }) => settle()))
      assert.strictEqual(yield* inside([yield* enter(quiet)]), 0)
      assert.strictEqual(yield* inside(settled), 2)
    })
  )

  it("is never overfull, and takes nothing from a client with no more than its part", () => {
    const capacity = 24
    const step = fc.record({ of: fc.nat(5), size: fc.integer({ min: 1, max: 9 }), speed: fc.nat(3) })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const room = SharedRoom.make<SharedRoom.RoomUser>(capacity)
        for (const { of, size, speed } of steps) {
          const user = { ...apart(of), share: () => ({ size, mayGo: true, isSlow: false, speed }) }
          const before = [...room.users(), user]
          const sumOf = (client: string) => before.filter((one) => one.client === client).reduce((sum, one) => sum + one.share().size, 0)
          const part = capacity / new Set(before.map(({ client }) => client)).size
          const lost = room.enter(user)
          assert.isAtMost(
            room.users().reduce((sum, one) => sum + one.share().size, 0),
            capacity
          )
          assert.isTrue(lost.every(({ client }) => sumOf(client) > part))
          assert.isTrue(lost.length === 0 || sumOf(user.client) > part || !lost.includes(user), "a newcomer gets in")
        }
      })
    )
  })
})

describe("the time of the process", () => {
  /** A queue whose turns a test triggers. Each takes the time that its client sets. */
  const queueOf = () => {
    let clock = 0
    const due: Array<() => void> = []
    const queue = FairQueue.make(
      () => clock,
      (run) => due.push(run)
    )
    const done: Array<string> = []
    const take = (name: string, sharer: typeof quiet, took = 1) =>
      queue.take(sharer, () => {
        clock += took
        done.push(name)
      })
    return { ...queue, take, done, step: () => due.shift()?.() }
  }

  it("goes to a newcomer at once, however many turns somebody else waits for", () => {
    const { take, done, step } = queueOf()
    for (let index = 0; index < 100; index++) take("greedy", greedy)
    step()
    step()
    take("quiet", quiet)
    step()
    assert.deepStrictEqual(done, ["greedy", "greedy", "quiet"])
  })

  it("is shared by what turns take, not by their number", () => {
    const { take, done, step } = queueOf()
    for (let index = 0; index < 100; index++) {
      take("long", greedy, 9)
      take("short", quiet, 1)
    }
    for (let index = 0; index < 50; index++) step()
    assert.approximately(done.filter((name) => name === "long").length, 5, 1)
  })

  it("is lost by nobody for long because the process stood still in its turn", () => {
    const { take, done, step } = queueOf()
    take("unlucky", quiet, 5_000)
    for (let index = 0; index < 100; index++) take("other", greedy)
    step()
    take("unlucky", quiet)
    for (let index = 0; index < 22; index++) step()
    assert.isAtLeast(done.lastIndexOf("unlucky"), 15)
  })

  it("goes last to those whose requests are refused, but to each of them in the end", () => {
    const { take, refused, done, step } = queueOf()
    const crowd = Array.from({ length: 16 }, (_, index) => apart(index))
    const takeAll = () => {
      for (const sharer of crowd) take("refused", sharer)
    }
    takeAll()
    takeAll()
    for (const sharer of crowd) {
      step()
      refused(sharer)
    }
    for (let index = 0; index < 20; index++) take("honest", quiet)
    for (let index = 0; index < 20; index++) step()
    assert.strictEqual(done.slice(16).filter((name) => name === "honest").length, 20)
    const neighbour = apart(3)
    for (let index = 0; index < 1_000; index++) refused(neighbour)
    take("neighbour", neighbour)
    for (let index = 0; index < 200; index++) take("honest", quiet)
    for (let index = 0; index < 150; index++) step()
    assert.include(done, "neighbour")
  })

  it("is the same for all addresses of an IPv6 /64, however many they are", () => {
    const { take, done, step } = queueOf()
    for (let index = 0; index < 1_000; index++) take("crowd", sharerAt(`2001:db8:1:2:${index.toString(16)}::1`))
    for (let index = 0; index < 10; index++) take("quiet", sharerAt("2001:db8:9::1"))
    for (let index = 0; index < 20; index++) step()
    assert.strictEqual(done.filter((name) => name === "crowd").length, 10)
  })

  it("comes to everybody although new clients come without end, of whom few are remembered", () => {
    const { take, done, remembered, step } = queueOf()
    take("first", quiet)
    take("second", quiet)
    for (let index = 0; index < 20_000; index++) {
      take("newcomer", apart(index))
      step()
    }
    assert.isAtMost(done.indexOf("second"), 100)
    assert.isBelow(remembered(), 5_000)
  })

  it("is not taken by those who gave up, and a failing turn stops nobody", () => {
    const { take, done, step, size } = queueOf()
    const giveUp = take("gone", greedy)
    take("there", greedy)
    giveUp()
    assert.strictEqual(size(), 1)
    step()
    assert.deepStrictEqual([done, size()], [["there"], 0])
    take("later", quiet)
    step()
    assert.deepStrictEqual(done, ["there", "later"])
  })
})

describe("places for work", () => {
  it.effect("go to whoever has waited longest too, however much work of more stake comes", () =>
    Effect.gen(function* () {
      const gate = Gate.make({ places: 1, waiting: 8, perOwner: 8 })
      const done: Array<string> = []
      const enter = (owner: string, urgency: bigint) =>
        Effect.tap(
          Effect.fork(
            gate.within(
              owner,
              urgency,
              Effect.sync(() => done.push(owner))
            )
          ),
          Effect.yieldNow()
        )
      const held = yield* Deferred.make<void>()
      yield* Effect.fork(gate.within("holder", 9n, Deferred.await(held)))
      yield* Effect.yieldNow()
      const poor = yield* enter("poor", 1n)
      const rich = yield* Effect.forEach(Array.from({ length: 6 }), () => enter("rich", 9n))
      yield* Deferred.succeed(held, undefined)
      yield* Fiber.joinAll([poor, ...rich])
      assert.deepStrictEqual(done, ["rich", "poor", "rich", "rich", "rich", "rich", "rich"])
    })
  )

  it.effect("whose queue one owner has filled take another's work in", () =>
    Effect.gen(function* () {
      const gate = Gate.make({ places: 1, waiting: 3, perOwner: 10 })
      const enter = (owner: string, urgency: bigint) =>
        Effect.tap(Effect.fork(gate.within(owner, urgency, Effect.never)), Effect.yieldNow())
      const greedy = yield* Effect.forEach(Array.from({ length: 4 }), () => enter("greedy", 9n))
      const poor = yield* enter("poor", 1n)
      assert.strictEqual((yield* Fiber.poll(poor))._tag, "None", "it waits, although it is less urgent")
      assert.deepInclude(yield* Effect.flip(Fiber.join(greedy[3] ?? assert.fail("none"))), { why: "full" })
      yield* Fiber.interruptAll([...greedy, poor])
    })
  )
})
