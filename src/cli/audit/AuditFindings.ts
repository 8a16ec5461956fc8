/** The failure of an audit with findings. */
import { Schema } from "effect"

/** The audit completed and found differences from the claims. */
export class AuditFindings extends Schema.TaggedError<AuditFindings>()("AuditFindings", {
  findings: Schema.Number,
  wrong: Schema.Number,
  cases: Schema.Number
}) {
  override get message() {
    const count = this.findings === 1 ? "1 finding" : `${this.findings} findings`
    return this.cases === 1 ? count : `${count} in ${this.wrong} of ${this.cases} cases`
  }
}
