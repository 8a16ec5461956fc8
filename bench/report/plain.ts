/** The benchmark's baseline: the same hashes, texts and signature as a report's, without any check of the content. */
import { createHash } from "node:crypto"
import type { KeyPair } from "../../src/domain/KeyPair.ts"
import type { Report } from "../../src/domain/Report.ts"
import type { ScoredRecord } from "../../src/domain/ScoredRecord.ts"
import { type Signature, verifyText } from "../../src/domain/Signature.ts"

const hash = (...parts: ReadonlyArray<Uint8Array | string>): Uint8Array => {
  const sha256 = createHash("sha256")
  for (const part of parts) sha256.update(part)
  return sha256.digest()
}

const [LEAF, NODE, ROOT] = [Uint8Array.of(0), Uint8Array.of(1), Uint8Array.of(2)]

const rootOf = (records: ReadonlyArray<ScoredRecord>): string => {
  let nodes = records.map((record) => hash(LEAF, JSON.stringify(record)))
  while (nodes.length > 1) {
    const above: Array<Uint8Array> = []
    for (const [index, node] of nodes.entries()) {
      const right = nodes[index + 1]
      if (index % 2 === 0) above.push(right === undefined ? node : hash(NODE, node, right))
    }
    nodes = above
  }
  const count = Buffer.alloc(4)
  count.writeUInt32BE(records.length)
  return Buffer.from(hash(ROOT, count, nodes[0] ?? hash())).toString("hex")
}

const lineOf = (body: string): string => `sha256 ${Buffer.from(hash(body)).toString("hex")}`

/** The text of a signed report over these records, with its keys in arbitrary order. */
export const plainText = (report: Report, records: ReadonlyArray<ScoredRecord>, key: KeyPair): string => {
  const body = JSON.stringify({ ...report, root: rootOf(records) })
  return JSON.stringify({ body, signature: key.signText(lineOf(body)) })
}

/** Reads the output of `plainText`; returns whether its signature is by the key. */
export const plainCheck = (text: string, key: KeyPair): boolean => {
  const { body, signature }: { body: string; signature: Signature } = JSON.parse(text)
  const report: Report = JSON.parse(body)
  return report.miners.length > 0 && verifyText(lineOf(body), signature, key.address)
}
