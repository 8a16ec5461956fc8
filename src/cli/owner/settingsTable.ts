/** A table of the contract's settings: exact values, and the same in readable units. */

import { dim, table } from "../../layers/machine/terminal/output.ts"
import { type ContractSettings, settingNames, settingRules, showSetting } from "../../roles/owner/settings.ts"

export const settingsTable = (settings: ContractSettings): ReadonlyArray<string> => {
  const [head = "", ...rows] = table([
    ["setting", "value", "", "what it is"],
    ...settingNames.map((name) => {
      const { exact, means } = showSetting(name, settings[name])
      return [name, exact, means, settingRules[name].means]
    })
  ])
  return [dim(head), ...rows]
}
