/**
 * A real Prometheus with the rules of deploy/prometheus beside a year's faults. A block of 12 s takes 100 ms there, so the rules' durations, and the ages that
 * they compare with, are as much shorter.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { Effect, Schema } from "effect"
import { eventually } from "../cli/support.ts"
import { folder } from "../folder.ts"
import { freePort } from "../freePort.ts"
import { root } from "../sources.ts"

const PLACES = [process.env.GITTENSOR_TEST_PROMETHEUS, "/usr/bin/prometheus", "/usr/local/bin/prometheus"]
const program = PLACES.find((path) => path !== undefined && path !== "" && existsSync(path))

const FASTER = 120
const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 }
/** A window must hold three readings, one each second. */
const SHORTEST_WINDOW = 5

const shorter = (count: string, unit: string, least: number) =>
  `${Math.max(least, Math.round((Number(count) * (SECONDS[unit] ?? 1)) / FASTER))}s`

const inFastMotion = (rules: string): string =>
  rules
    .replace(/(for: )(\d+)([smhd])/g, (_, start: string, count: string, unit: string) => start + shorter(count, unit, 1))
    .replace(/\[(\d+)([smhd])\]/g, (_, count: string, unit: string) => `[${shorter(count, unit, SHORTEST_WINDOW)}]`)
    .replace(
      /(_age_seconds\S*|time\(\) - \S+)( > )(\d+)/g,
      (_, what: string, than: string, age: string) => what + than + shorter(age, "s", 1).slice(0, -1)
    )

const Alerts = Schema.Struct({
  data: Schema.Struct({
    alerts: Schema.Array(Schema.Struct({ state: Schema.String, labels: Schema.Struct({ alertname: Schema.String }) }))
  })
})

/** Starts it, reading these ports of 127.0.0.1 by the names of deploy/prometheus/scrape.yaml. Answers with the alerts that fire; undefined: none is installed. */
export const startPrometheus = (jobs: Readonly<Record<string, number>>) =>
  Effect.gen(function* () {
    if (program === undefined) return undefined
    const place = yield* folder
    writeFileSync(join(place, "rules.yaml"), inFastMotion(readFileSync(join(root, "deploy/prometheus/alerts.yaml"), "utf8")))
    const scraped = Object.entries(jobs).map(([job, port]) => ({ job_name: job, static_configs: [{ targets: [`127.0.0.1:${port}`] }] }))
    const every = { scrape_interval: "1s", scrape_timeout: "1s", evaluation_interval: "1s" }
    // JSON is YAML.
    writeFileSync(join(place, "prometheus.yaml"), JSON.stringify({ global: every, rule_files: ["rules.yaml"], scrape_configs: scraped }))
    const port = yield* Effect.promise(freePort)
    const [config, data, address] = [`${place}/prometheus.yaml`, `${place}/data`, `127.0.0.1:${port}`]
    yield* Effect.acquireRelease(
      Effect.sync(() =>
        Bun.spawn([program, `--config.file=${config}`, `--storage.tsdb.path=${data}`, `--web.listen-address=${address}`], {
          stdout: "ignore",
          stderr: Bun.file(join(place, "log"))
        })
      ),
      (running) =>
        Effect.promise(async () => {
          running.kill()
          await running.exited
        })
    )
    const firing = Effect.tryPromise(async () => {
      const response = await fetch(`http://${address}/api/v1/alerts`)
      const { data } = Schema.decodeUnknownSync(Alerts)(await response.json())
      return data.alerts.filter(({ state }) => state === "firing").map(({ labels }) => labels.alertname)
    })
    yield* eventually(
      "Prometheus to answer",
      Effect.orElseSucceed(firing, () => undefined)
    )
    return Effect.orElseSucceed(firing, (): ReadonlyArray<string> => [])
  })
