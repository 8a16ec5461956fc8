/**
 * Reports readiness, status, liveness and shutdown to systemd, or to another program that set NOTIFY_SOCKET, by the protocol of sd_notify(3). Without
 * that variable it sends nothing.
 */
import { Config, Context, Duration, Effect, Layer, Option, Ref } from "effect"
import { sender } from "./datagram.ts"

export class ServiceManager extends Context.Tag("gittensor/ServiceManager")<
  ServiceManager,
  {
    readonly ready: Effect.Effect<void>
    readonly stopping: Effect.Effect<void>
    /** One line for `systemctl status`. Sent only if it changed. */
    readonly status: (text: string) => Effect.Effect<void>
    /** Feeds the watchdog. */
    readonly alive: Effect.Effect<void>
    /** The time without `alive` after which the service manager kills this process; none if it does not watch. */
    readonly watchdog: Option.Option<Duration.Duration>
  }
>() {}

const settings = Config.all({
  socket: Config.option(Config.nonEmptyString("NOTIFY_SOCKET")),
  microseconds: Config.option(Config.integer("WATCHDOG_USEC")),
  pid: Config.option(Config.integer("WATCHDOG_PID"))
})

const make = Effect.gen(function* () {
  const { socket, microseconds, pid } = yield* settings
  const opened = yield* Option.match(socket, {
    onNone: () => Effect.succeed(undefined),
    onSome: (path) => Effect.promise(() => sender(path))
  })
  if (Option.isSome(socket))
    yield* opened === undefined
      ? Effect.logWarning(
          "NOTIFY_SOCKET names no socket that can be written to, so the service manager hears nothing: correct or unset it, and give the unit Type=notify"
        )
      : Effect.logDebug(`the service manager is notified through ${opened.way}`)
  /** Returns whether the message was accepted; a full queue accepts none. */
  const tell = (text: string) =>
    opened === undefined
      ? Effect.succeed(true)
      : Effect.promise(() => opened.send(text)).pipe(
          Effect.tap((taken) => (taken ? Effect.void : Effect.logDebug("the service manager did not accept a message")))
        )
  const send = (text: string) => Effect.asVoid(tell(text))
  const last = yield* Ref.make("")
  const mine = Option.match(pid, { onNone: () => true, onSome: (of) => of === process.pid })
  return ServiceManager.of({
    ready: send("READY=1"),
    stopping: send("STOPPING=1"),
    status: (text) =>
      Effect.gen(function* () {
        if ((yield* Ref.get(last)) === text) return
        if (yield* tell(`STATUS=${text.replaceAll("\n", " ")}`)) yield* Ref.set(last, text)
      }),
    alive: send("WATCHDOG=1"),
    watchdog:
      mine && opened !== undefined
        ? Option.map(
            Option.filter(microseconds, (value) => value > 0),
            (value) => Duration.micros(BigInt(value))
          )
        : Option.none()
  })
})

/** Configured by NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID, which systemd sets. */
export const layer = Layer.effect(ServiceManager, make)
