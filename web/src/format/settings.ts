/** Formats the contract's settings for people. */
import { percent } from "./amount.ts"
import { sentence } from "./names.ts"

/** "slashBps" as "Slash": the value shows the unit. */
export const settingName = (name: string): string => sentence(name.replace(/Bps$/, ""))

/** 10,000 basis points as "100%", 5,001 as "50.01%". */
export const basisPoints = (points: number): string => percent(points / 10_000, 2).replace(/\.?0+%$/, "%")
