/** The files that support a step's findings. Untrusted code wrote much of their content, so control characters are replaced and every file is bounded. */
import type { Fault } from "../../domain/quality/Fault.ts"
import type { GateReport } from "../../domain/quality/GateReport.ts"
import type { Head } from "../../domain/quality/QualityRecord.ts"
import { KeptOutput } from "../../layers/machine/sandbox/keptOutput.ts"
import { shownOutput } from "../../layers/machine/sandbox/Sandbox.ts"
import { encodeFingerprints } from "../../layers/parsing/fingerprint.ts"
import type { TreeName } from "../verify/compareTask.ts"
import type { Verified } from "../verify/verify.ts"
import type { ArtefactDraft } from "./ArtefactKeeper.ts"

/** Maximum bytes of an output: its first and last half are kept. */
const MOST_OUTPUT = 262_144
/** Maximum bytes of any other file. */
const LARGEST_FILE = 1_048_576

const encoder = new TextEncoder()

const output = (name: ArtefactDraft["name"], content: string): ArtefactDraft => {
  const kept = new KeptOutput(MOST_OUTPUT)
  kept.push(encoder.encode(shownOutput(content)))
  return { name, mediaType: "text/plain", bytes: encoder.encode(kept.text()) }
}

/** List lengths to try until a file is small enough. The last one always fits. */
const LENGTHS = [100_000, 10_000, 1_000, 100] as const

/** A document with at most `length` entries per list. */
const document = (name: ArtefactDraft["name"], content: (length: number) => unknown): ArtefactDraft => {
  let bytes = new Uint8Array()
  for (const length of LENGTHS) {
    bytes = encoder.encode(shownOutput(`${JSON.stringify(content(length), null, 1)}\n`))
    if (bytes.length <= LARGEST_FILE) break
  }
  return { name, mediaType: "application/json", bytes }
}

/** All findings of the gate, and the head's fingerprints as little-endian 32-bit integers. */
export const gateDrafts = (report: GateReport, fingerprints: Uint32Array): ReadonlyArray<ArtefactDraft> => [
  document("gate", (length) => ({ ...report, found: report.findings.length, findings: report.findings.slice(0, length) })),
  ...(fingerprints.length === 0 || fingerprints.length * 4 > LARGEST_FILE
    ? []
    : [{ name: "fingerprints", mediaType: "application/octet-stream", bytes: encodeFingerprints(fingerprints) } as const])
]

const OUTPUTS = {
  base: "output-base",
  head: "output-head",
  ownOnBase: "output-own-on-base",
  ownOnHead: "output-own-on-head"
} as const satisfies Record<TreeName, ArtefactDraft["name"]>
const TREES = ["base", "head", "ownOnBase", "ownOnHead"] as const satisfies ReadonlyArray<TreeName>

/** The names of all tests whose outcome changed, and the output of the runs. */
export const testDrafts = ({ report, outputs }: Verified): ReadonlyArray<ArtefactDraft> => {
  const names = (all: ReadonlyArray<string>, length: number) => ({ count: all.length, names: all.slice(0, length) })
  const { verdict, base, head, ecosystem, command, steps, own } = report
  return [
    document("tests", (length) => ({
      verdict,
      base,
      head,
      ecosystem,
      command,
      steps,
      failToPass: names(report.failToPass, length),
      broken: names(report.broken, length),
      flaky: names(report.flaky, length),
      own:
        own === null
          ? null
          : {
              failToPass: names(own.failToPass, length),
              failing: names(own.failing, length),
              removed: names(own.removed, length),
              skipped: names(own.skipped, length),
              hidden: names(own.hidden, length)
            },
      changedDependencies: report.changedDependencies.slice(0, length)
    })),
    ...TREES.flatMap((tree) => {
      const content = outputs[tree]
      return content === null ? [] : [output(OUTPUTS[tree], content)]
    })
  ]
}

/** A step without a result. */
interface FaultReport {
  readonly head: Head
  readonly attempt: number
  readonly step: string
  readonly tries: number
  readonly fault: Fault
  readonly reason: string
}

export const faultDraft = (report: FaultReport): ArtefactDraft =>
  document("fault", () => ({ ...report, reason: report.reason.slice(0, 20_000) }))
