/** A table of the contract's settings: exact values, and the same in readable units; periods as they are written, or by the measured `pace`. */

import { dim, table } from "../../layers/machine/terminal/output.ts"
import { type ContractSettings, settingNames, settingRules, showSetting } from "../../roles/owner/settings.ts"
import { blocksText, type Pace } from "../../story/time.ts"

export const settingsTable = (settings: ContractSettings, pace?: Pace | null): ReadonlyArray<string> => {
  const [head = "", ...rows] = table([
    ["setting", "value", "", "what it is"],
    ...settingNames.map((name) => {
      const { unit, means: what } = settingRules[name]
      if (unit === "period" && pace !== undefined) return [name, blocksText(Number(settings[name]), pace), "", what]
      const { exact, means } = showSetting(name, settings[name])
      return [name, exact, means, what]
    })
  ])
  return [dim(head), ...rows]
}
