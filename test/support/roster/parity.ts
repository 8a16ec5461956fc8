/** The built-in roster with the rules of the subnet's present program: for tests whose GitHub serves no git, which the rules that pay for work read. */
import { defaultRoster } from "../../../src/domain/defaultRoster.ts"
import type { RosterDocument } from "../../../src/domain/Roster.ts"
import * as Roster from "../../../src/layers/chain/roster/Roster.ts"

export const parityRoster: RosterDocument = { ...defaultRoster, scoring: "parity" }
export const layerParity = Roster.layerOf(parityRoster)
