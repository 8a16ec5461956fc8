/** Which connections are closed when the limit is reached: the bookkeeping alone, with its own clock. */
import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { clientKey, networkKey, unmapped } from "../../../src/layers/machine/http/addresses.ts"
import * as ConnectionLimits from "../../../src/layers/machine/http/connectionLimits.ts"
import { defaultConnections } from "../../../src/layers/machine/http/Listener.ts"

const LIMITS: ConnectionLimits.Limits = { total: 32, perClient: 8, head: 12_000, idle: 15_000, stall: 75_000, unsent: 1_000 }

const atWork = () => true
const bodyIsMissing = () => false

/** Connections with a clock. Each entry tells whether it is still open. */
const makeConnections = (limits: Partial<ConnectionLimits.Limits> = {}) => {
  let clock = 0
  const connections = ConnectionLimits.make({ ...LIMITS, ...limits }, () => clock)
  return {
    connections,
    pass: (milliseconds: number) => {
      clock += milliseconds
    },
    enter: (address: string) => {
      const client = { isIn: true, moved: 0, unsent: 0 }
      const connection = connections.admit(address, {
        close: () => {
          client.isIn = false
        },
        moved: () => client.moved,
        unsent: () => client.unsent
      })
      return { client, connection, isIn: () => client.isIn }
    }
  }
}
const inside = (clients: ReadonlyArray<{ readonly isIn: () => boolean }>) => clients.filter(({ isIn }) => isIn()).length
const times = <A>(count: number, make: (index: number) => A) => Array.from({ length: count }, (_, index) => make(index))

describe("addresses", () => {
  it("are grouped by client and by network", () => {
    assert.strictEqual(unmapped("::FFFF:192.0.2.7"), "192.0.2.7")
    assert.deepStrictEqual(["192.0.2.7", "192.0.2.9"].map(networkKey), ["192.0.2", "192.0.2"])
    assert.strictEqual(clientKey("2001:db8:1:2:3::9"), "2001:db8:1:2::/64")
    assert.strictEqual(networkKey("2001:db8:1:2:3::9"), networkKey("2001:db8:1:ffff::"))
    assert.notStrictEqual(networkKey("2001:db8:1::"), networkKey("2001:db8:2::"))
  })
})

describe("connections", () => {
  it("of one client: the oldest idle one makes room for the next", () => {
    const { enter, pass, connections } = makeConnections()
    const clients = times(9, () => {
      pass(1)
      return enter("192.0.2.7")
    })
    assert.deepStrictEqual(
      clients.map(({ isIn }) => isIn()),
      [false, ...times(8, () => true)]
    )
    assert.strictEqual(connections.counts().closed.client, 1)
  })

  it("of one client that are all busy: the next is refused, but not others", () => {
    const { enter, connections } = makeConnections()
    const clients = times(8, () => enter("192.0.2.7"))
    for (const { connection } of clients) connection?.begin(atWork)
    assert.isUndefined(enter("192.0.2.7").connection)
    assert.isDefined(enter("192.0.2.8").connection)
    assert.strictEqual(connections.counts().closed.refused, 1)
    assert.strictEqual(inside(clients), 8)
  })

  it("of a trusted proxy: may fill all places, and are the last to be closed", () => {
    const { connections, enter } = makeConnections()
    let left = 0
    const peer = { close: () => void left++, moved: () => 0, unsent: () => 0 }
    for (let index = 0; index < 12; index++) connections.admit("192.0.2.1", peer, true)
    times(500, (index) => enter(`203.0.${index & 255}.1`))
    assert.strictEqual(left, 0)
  })

  it("are closed in the largest network first when full; a newcomer from another network gets in and stays", () => {
    const { enter, pass } = makeConnections()
    const early = times(3, (index) => enter(`198.51.100.${index}`))
    pass(1_000)
    // Four addresses of one network.
    const crowd = times(29, (index) => enter(`203.0.113.${index % 4}`))
    const newcomer = enter("192.0.2.7")
    assert.isTrue(newcomer.isIn())
    times(500, (index) => enter(`203.0.113.${index % 4}`))
    assert.isTrue(newcomer.isIn(), "although it is older than all of the crowd by now")
    assert.strictEqual(inside(early), 3, "and those before the crowd")
    assert.isBelow(inside(crowd), 29)
  })

  it("of unknown clients are closed before those of known ones, and busy ones never", () => {
    const { enter, pass } = makeConnections()
    const known = times(6, () => enter("192.0.2.7"))
    for (const { connection } of known) connection?.markProven()
    const working = enter("203.0.113.1")
    working.connection?.begin(atWork)
    pass(1)
    // Each from its own network.
    const strangers = times(5_000, (index) => enter(`${10 + (index >> 8)}.0.${index & 255}.1`))
    assert.strictEqual(inside(known), 6)
    assert.isTrue(working.isIn())
    assert.isTrue(strangers.at(-1)?.isIn(), "the newest gets in")
    assert.isTrue(strangers.at(-20)?.isIn(), "and has its time: the oldest goes first")
  })

  it("on which a request's body is missing make room as idle ones do", () => {
    const { enter } = makeConnections()
    const crowd = times(32, (index) => enter(`203.0.113.${index % 4}`))
    for (const { connection } of crowd) connection?.begin(bodyIsMissing)
    assert.isTrue(enter("192.0.2.7").isIn())
    assert.isBelow(inside(crowd), 32)
  })

  it("with eight requests in progress are busy", () => {
    const { enter } = makeConnections()
    const { connection } = enter("192.0.2.7")
    const isBusy = () => connection?.isBusy()
    assert.deepStrictEqual(
      times(8, () => {
        const before = isBusy()
        connection?.begin(atWork)
        return before
      }),
      times(8, () => false)
    )
    assert.isTrue(isBusy())
    connection?.finish(true)
    assert.isFalse(isBusy())
  })

  it("whose answers nobody takes are closed when these take too much, those of the greediest client first", () => {
    const { enter } = makeConnections()
    const leave = (address: string, unsent: number) => {
      const one = enter(address)
      one.connection?.begin(atWork)
      one.client.unsent = unsent
      one.connection?.finish(true)
      return one
    }
    const greedy = times(4, () => leave("203.0.113.1", 240))
    const modest = leave("192.0.2.7", 30)
    assert.strictEqual(inside(greedy), 4)
    const last = leave("198.51.100.1", 60)
    assert.isTrue(modest.isIn() && last.isIn())
    assert.isBelow(inside(greedy), 4)
  })

  it("of known clients may not take every place", () => {
    const { enter } = makeConnections({ perClient: 32 })
    const known = times(32, () => enter("192.0.2.7"))
    for (const { connection } of known) connection?.markProven()
    const newcomers = times(10, (index) => enter(`203.0.${index}.1`))
    assert.strictEqual(inside(newcomers), 10)
  })

  it("are closed when their time is over: unused, with slow headers, stalled, or with an unread answer", () => {
    const { enter, pass, connections } = makeConnections()
    const [idle, slow, stalled, unread, busy] = times(5, () => enter("192.0.2.7"))
    const second = (seconds: number) =>
      times(seconds, () => {
        pass(1_000)
        for (const drip of [slow, busy]) if (drip !== undefined) drip.client.moved += 1
        connections.sweep()
      })
    for (const at of [stalled, unread, busy]) at?.connection?.begin(atWork)
    unread?.connection?.finish(false)
    second(3)
    assert.isFalse(unread?.isIn())
    second(9)
    assert.isTrue(slow?.isIn(), "its first byte came after a second")
    second(1)
    assert.isFalse(slow?.isIn(), "although a byte came each second")
    assert.isTrue(idle?.isIn())
    second(2)
    assert.isFalse(idle?.isIn())
    second(60)
    assert.deepStrictEqual([stalled?.isIn(), busy?.isIn()], [false, true])
    assert.deepInclude(connections.counts(), { open: 1, closed: { full: 0, client: 0, slow: 3, idle: 1, refused: 0, greedy: 0 } })
    busy?.connection?.finish(true)
    second(15)
    assert.strictEqual(connections.counts().open, 0)
  })

  it("never exceed their limits; a newcomer is refused only if no connection may be closed", () => {
    const step = fc.record({
      of: fc.nat(40),
      net: fc.nat(3),
      what: fc.constantFrom("enter", "enter", "enter", "begin", "finish", "leave", "markProven")
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const { enter, pass, connections } = makeConnections({ total: 20, perClient: 4 })
        const clients: Array<ReturnType<typeof enter> & { readonly address: string; working: number }> = []
        for (const { of, net, what } of steps) {
          pass(1)
          const present = clients.filter(({ isIn }) => isIn())
          if (what === "enter") {
            const address = `192.0.${net}.${of % 7}`
            const own = present.filter((client) => client.address === address)
            const isStuck = (those: typeof present, most: number) => those.length >= most && those.every(({ working }) => working > 0)
            const client = { ...enter(address), address, working: 0 }
            assert.strictEqual(client.connection === undefined, isStuck(own, 4) || isStuck(present, 20))
            if (client.connection !== undefined) clients.push(client)
          }
          const one = present[of % Math.max(1, present.length)]
          if (one === undefined || what === "enter") continue
          if (what === "begin") {
            one.connection?.begin(atWork)
            one.working += 1
          } else if (what === "finish" && one.working > 0) {
            one.connection?.finish(true)
            one.working -= 1
          } else if (what === "markProven") one.connection?.markProven()
          else if (what === "leave") {
            one.client.isIn = false
            one.working = 0
            one.connection?.leave()
          }
        }
        const left = clients.filter(({ isIn }) => isIn()).length
        assert.isAtMost(left, 20)
        assert.strictEqual(connections.counts().open, left)
        assert.isTrue(
          clients.every(({ working, isIn }) => working === 0 || isIn()),
          "work is never cut"
        )
      })
    )
  })
})

describe("the default limit", () => {
  it("leaves half of the open files to everything else", () => {
    assert.deepStrictEqual([256, 1_024, 20_000, Number.POSITIVE_INFINITY].map(defaultConnections), [128, 512, 4_096, 4_096])
  })
})
