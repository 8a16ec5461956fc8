/** Tasks in processes of this program: of the executable in `GITTENSOR_TEST_EXECUTABLE`, which starts in a fifth of the time of its sources. */
import { Layer } from "effect"
import { layer, processesOf } from "../../src/layers/machine/confined/asProcesses.ts"
import { Confined } from "../../src/layers/machine/confined/Confined.ts"

const named = process.env.GITTENSOR_TEST_EXECUTABLE

export const processes: Layer.Layer<Confined> = named === undefined ? layer : Layer.succeed(Confined, processesOf([named]))
