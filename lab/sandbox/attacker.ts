/**
 * The attacker: this program, started inside a box. It is part of the executable, because a machine need not have a compiler, Python or another
 * program that can make system calls; /bin/sh can't.
 */
import { spawnSync } from "node:child_process"
import { createSocket } from "node:dgram"
import { lookup } from "node:dns/promises"
import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync
} from "node:fs"
import { connect, type NetConnectOpts, type Socket } from "node:net"
import { join } from "node:path"
import { Schema } from "effect"
import { PORT } from "../../src/layers/machine/sandbox/network/rules.ts"
import { RESULTS_FOLDER } from "../../src/layers/machine/sandbox/Sandbox.ts"
import { dangerousCalls, library, otherSockets, sharedMemory } from "./calls.ts"
import { OUTCOME_FILE, type Outcome, QUOTA_FOLDER, Targets } from "./plan.ts"

const report = (outcome: Outcome): void => writeFileSync(join(RESULTS_FOLDER, OUTCOME_FILE), JSON.stringify(outcome))

/** Tries each action. One that does not throw has escaped, unless it returns false. */
const tried = async (things: Readonly<Record<string, () => unknown>>): Promise<Outcome> => {
  const escaped: Array<string> = []
  for (const [name, thing] of Object.entries(things))
    try {
      if ((await thing()) !== false) escaped.push(name)
    } catch {
      // The expected outcome.
    }
  return { tried: Object.keys(things).length, escaped }
}

const connected = (where: NetConnectOpts): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const socket = connect({ timeout: 2_000, ...where }, () => resolve(true))
    socket.on("error", reject)
    socket.on("timeout", () => reject(new Error("no answer")))
  })

const sent = (kind: "udp4" | "udp6", address: string): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const socket = createSocket(kind)
    socket.on("error", reject)
    socket.send("x", 53, address, (error) => (error === null ? resolve(true) : reject(error)))
  })

/** Sends a request to a box's proxy. Returns the connection if the answer has this status. */
const asked = (request: string, status: RegExp): Promise<Socket | undefined> =>
  new Promise((resolve, reject) => {
    const socket = connect({ host: "127.0.0.1", port: PORT, timeout: 20_000 }, () => socket.write(request))
    socket.once("data", (answer: Buffer) => resolve(status.test(answer.toString("latin1")) ? socket : undefined))
    socket.on("error", reject)
    socket.on("close", () => reject(new Error("closed")))
    socket.on("timeout", () => reject(new Error("no answer")))
  })
/** Whether the proxy does anything but refuse. A failed connection counts as an attempt. */
const isNotRefused = (request: string) => async () => (await asked(request, /^HTTP\/1\.1 403 /)) === undefined
const connectedTo = (server: string) => isNotRefused(`CONNECT ${server} HTTP/1.1\r\n\r\n`)
const allowedServer = (port: number) => asked(`CONNECT 127.0.0.1:${port} HTTP/1.1\r\n\r\n`, /^HTTP\/1\.1 200 /)

/** Addresses reserved for documentation (RFC 5737, RFC 3849): no host has them, but a machine with a network has a route to them. */
const NOWHERE = { ip4: "192.0.2.53", ip6: "2001:db8::53" }

/** Fills memory from `reserve` until that fails, and reports how far it got. */
const fill = (reserve: (bytes: number) => Uint8Array, most: number): void => {
  const kept: Array<Uint8Array> = []
  const STEP = 8_388_608
  for (let bytes = STEP; bytes <= most; bytes += STEP) {
    kept.push(reserve(STEP).fill(1))
    report({ tried: 1, escaped: bytes === most ? [`${bytes} bytes`] : [], count: bytes })
  }
}

/** Starts processes until that fails. */
const startMany = (most: number): Outcome => {
  let count = 0
  try {
    while (count < most) {
      Bun.spawn(["/bin/sleep", "60"], { stdin: "ignore", stdout: "ignore", stderr: "ignore" })
      count++
    }
  } catch {
    return { tried: 1, escaped: [], count }
  }
  return { tried: 1, escaped: [`${count} processes`], count }
}

const shell = (script: string): string => spawnSync("/bin/sh", ["-c", script], { encoding: "utf8" }).stdout.trim()

const writable = (folder: string) => () => writeFileSync(join(folder, "gittensor-attack"), "x")
const openToWrite = (file: string) => () => accessSync(file, constants.W_OK)
const readable = (path: string) => () => readFileSync(path).length > 0
const nonempty = (folder: string) => () => readdirSync(folder).length > 0

const OWN_VARIABLES = new Set(["PATH", "HOME", "TMPDIR", "LANG", "PWD", "OLDPWD", "SHLVL", "_"])
const foreignVariables = (text: string): ReadonlyArray<string> =>
  text.split("\0").flatMap((line) => {
    const name = line.split("=", 1)[0] ?? ""
    return name === "" || OWN_VARIABLES.has(name) || name.startsWith("BUN_") ? [] : [name]
  })

const attacks: Readonly<Record<string, (targets: Targets) => Outcome | Promise<Outcome> | undefined>> = {
  processes: () => startMany(4_096),
  network: ({ port }) =>
    tried({
      "this machine over IPv4": () => connected({ host: "127.0.0.1", port }),
      "this machine over IPv6": () => connected({ host: "::1", port }),
      "a foreign address over IPv4": () => sent("udp4", NOWHERE.ip4),
      "a foreign address over IPv6": () => sent("udp6", NOWHERE.ip6),
      "a name server": () => lookup("example.com"),
      "a network card": () => readdirSync("/sys/class/net").some((name) => name !== "lo"),
      "an interface": () => /^ *(?!lo:)\w+:/m.test(readFileSync("/proc/net/dev", "utf8").split("\n").slice(2).join("\n"))
    }),
  fetching: async ({ port, abstract, addresses, allowed, name }) => {
    // Without a working proxy the following results would mean nothing.
    if ((await allowedServer(allowed)) === undefined) throw new Error("the proxy does not connect to what is allowed")
    return await tried({
      "this machine's loopback, past the proxy": () => connected({ host: "127.0.0.1", port }),
      "the allowed server, past the proxy": () => connected({ host: "127.0.0.1", port: allowed }),
      "a foreign address, past the proxy": () => sent("udp4", NOWHERE.ip4),
      "a name server": () => lookup("example.com"),
      "an abstract socket": () => connected({ path: `\0${abstract}` }),
      "this machine's loopback": connectedTo(`127.0.0.1:${port}`),
      "this machine's loopback at 443": connectedTo("127.0.0.1:443"),
      "this machine's loopback over IPv6": connectedTo("[::1]:443"),
      "this machine's loopback by name": connectedTo("localhost:443"),
      "this machine's loopback as a number": connectedTo("2130706433:443"),
      "this machine's loopback as an IPv6 address": connectedTo("[::ffff:127.0.0.1]:443"),
      "the allowed server at another port": connectedTo("127.0.0.1:22"),
      "the allowed server by another name": connectedTo(`localhost:${allowed}`),
      "this machine by its name": connectedTo(`${name}:443`),
      "this machine without TLS": isNotRefused(`GET http://127.0.0.1:${port}/ HTTP/1.1\r\n\r\n`),
      "private networks": connectedTo("10.0.0.1:443"),
      "private networks, too": connectedTo("192.168.0.1:443"),
      "private networks of IPv6": connectedTo("[fd00::1]:443"),
      "the metadata of a cloud": connectedTo("169.254.169.254:443"),
      "the metadata of a cloud without TLS": isNotRefused("GET http://169.254.169.254/ HTTP/1.1\r\n\r\n"),
      "a port for mail": connectedTo("example.com:25"),
      "a port for shells": connectedTo("example.com:22"),
      "a server without TLS": isNotRefused("GET http://example.com/ HTTP/1.1\r\n\r\n"),
      ...Object.fromEntries(
        addresses.map((address) => [`this machine at ${address}`, connectedTo(`${address.includes(":") ? `[${address}]` : address}:443`)])
      )
    })
  },
  transfer: async ({ allowed }) => {
    const socket = await allowedServer(allowed)
    if (socket === undefined) throw new Error("the proxy does not connect to what is allowed")
    let count = 0
    socket.on("data", (chunk: Buffer) => {
      count += chunk.length
    })
    socket.write("x")
    await new Promise((resolve) => socket.on("close", resolve))
    return { tried: 1, escaped: [`${count} bytes`], count }
  },
  quota: () => {
    spawnSync("/bin/sh", [
      "-c",
      `i=0; while [ $i -lt 40 ]; do head -c 8388608 /dev/zero >${QUOTA_FOLDER}/big$i; i=$((i + 1)); done; sleep 30`
    ])
    return undefined
  },
  quotaFiles: () => {
    mkdirSync(join(QUOTA_FOLDER, "many"))
    for (let count = 1; count <= 20_000; count++) writeFileSync(join(QUOTA_FOLDER, "many", String(count)), "")
    spawnSync("sleep", ["30"])
    return undefined
  },
  descriptors: () => {
    const opened: Array<number> = []
    try {
      while (opened.length < 100_000) opened.push(openSync("/dev/null", "r"))
    } catch {
      // The report itself needs a descriptor.
      for (const one of opened) closeSync(one)
      return { tried: 1, escaped: [], count: opened.length }
    }
    return { tried: 1, escaped: [`${opened.length} open files`], count: opened.length }
  },
  processor: () => {
    for (;;) Math.random()
  },
  sockets: async ({ socket, abstract }) => {
    const paths = await tried({
      "a socket in the file system": () => connected({ path: socket }),
      "an abstract socket": () => connected({ path: `\0${abstract}` })
    })
    const others = otherSockets(library())
    return { tried: paths.tried + others.tried, escaped: [...paths.escaped, ...others.escaped] }
  },
  writing: ({ folder }) =>
    tried(
      Object.fromEntries(
        [
          "/",
          "/etc",
          "/usr",
          "/usr/bin",
          "/usr/local/bin",
          "/usr/lib",
          "/bin",
          "/root",
          "/home",
          "/var",
          "/run",
          "/dev",
          "/proc",
          "/sys",
          folder
        ].map((path) => [path, writable(path)])
      )
    ),
  reading: ({ secret, folder, kept }) =>
    tried({
      ...Object.fromEntries(kept.map((one) => [one, nonempty(one)])),
      "the secret": readable(secret),
      "its folder": nonempty(folder),
      "the users' passwords": readable("/etc/shadow"),
      "root's home": nonempty("/root"),
      "the users' homes": nonempty("/home"),
      "the service manager": nonempty("/run"),
      "the machine's name": () => readFileSync("/proc/sys/kernel/hostname", "utf8").trim() !== "box",
      "the machine's identity": readable("/etc/machine-id"),
      "the kernel's command line": readable("/proc/cmdline"),
      "the kernel's memory": readable("/proc/kcore"),
      "the kernel's log": readable("/proc/kmsg")
    }),
  memory: () => {
    fill((bytes) => Buffer.alloc(bytes), 1_073_741_824)
    return undefined
  },
  shared: () => {
    const libc = library()
    fill((bytes) => sharedMemory(libc, bytes), 1_073_741_824)
    return undefined
  },
  disk: () => {
    const script = `i=0; while [ $i -lt 64 ]; do head -c 16777216 /dev/zero >big$i || break; i=$((i + 1)); done
      head -c 1073741824 /dev/zero >one; truncate -s 1099511627776 sparse; head -c 67108864 /dev/zero >/dev/shm/one; head -c 67108864 /dev/zero >/tmp/one
      du -sB1 /box | cut -f 1; stat -c %s one sparse 2>/dev/null | sort -n | tail -n 1
      rm -f big* one sparse /dev/shm/one /tmp/one`
    const [total = 0, largest = 0] = shell(script).split("\n").map(Number)
    return {
      tried: 5,
      escaped: [...(total > 80_000_000 ? [`${total} bytes in all`] : []), ...(largest > 33_554_432 ? [`a file of ${largest} bytes`] : [])],
      count: total
    }
  },
  files: () => {
    mkdirSync("/box/work/many")
    for (let count = 1; count <= 2_000_000; count++) {
      writeFileSync(`/box/work/many/${count}`, "")
      if (count % 500 === 0) report({ tried: 1, escaped: count === 2_000_000 ? [`${count} files`] : [], count })
    }
    return undefined
  },
  time: ({ victim }) => {
    // The number makes this process identifiable from outside.
    const stubborn = `trap "" TERM HUP INT; setsid sh -c 'trap "" TERM HUP INT; while :; do sleep 1000${victim}; done' & while :; do sleep 1000${victim}; done`
    spawnSync("/bin/sh", ["-c", `setsid sh -c '${stubborn.replaceAll("'", `'"'"'`)}' & sleep 1000${victim}`])
    return undefined
  },
  calls: () => dangerousCalls(library()),
  environ: async () => {
    const found = ["/proc/1/environ", "/proc/2/environ", "/proc/self/environ"].flatMap((file) => {
      try {
        return foreignVariables(readFileSync(file, "utf8"))
      } catch {
        return []
      }
    })
    return { tried: 3, escaped: found }
  },
  proc: ({ judge, victim }) =>
    tried({
      "the judge's environment": readable(`/proc/${judge}/environ`),
      "the victim's command line": () => readFileSync(`/proc/${victim}/cmdline`, "utf8").includes("sleep"),
      "more processes than the box has": () => readdirSync("/proc").filter((name) => /^\d+$/.test(name)).length > 12,
      "the first process's files": () => nonempty("/proc/1/root/home")() || nonempty("/proc/1/root/root")(),
      "a system setting": openToWrite("/proc/sys/kernel/core_pattern"),
      "a network setting": openToWrite("/proc/sys/net/ipv4/ip_forward"),
      "the machine's restart": openToWrite("/proc/sysrq-trigger"),
      "a control group": () => readdirSync("/sys/fs/cgroup").length > 0,
      "being spared when memory runs out": () => writeFileSync("/proc/self/oom_score_adj", "-1000")
    }),
  signals: ({ judge, victim }) =>
    tried({
      "the judge": () => process.kill(judge, 0),
      "the victim": () => process.kill(victim, "SIGKILL"),
      "the judge's group": () => process.kill(-judge, 0)
    }),
  setuid: () =>
    tried({
      "root's number": () => library().setuid(0) === 0,
      "a setuid copy of the shell": () => {
        copyFileSync("/bin/sh", "/box/work/shell")
        chmodSync("/box/work/shell", 0o6755)
        return shell("/box/work/shell -p -c 'id -u'") !== "1000"
      },
      "a setuid program of the system": () => {
        const found = shell("find /usr/bin -perm -4000 2>/dev/null | head -n 1")
        return found !== "" && !/^NoNewPrivs:\s*1$/m.test(readFileSync("/proc/self/status", "utf8"))
      },
      "a capability": () => !/^CapBnd:\s*0+$/m.test(readFileSync("/proc/self/status", "utf8"))
    }),
  namespaces: () =>
    tried({
      "a user namespace": () => spawnSync("unshare", ["--user", "true"]).status === 0,
      "root in a user namespace": () => spawnSync("unshare", ["--user", "--map-root-user", "true"]).status === 0,
      "the first process's namespaces": () => spawnSync("nsenter", ["--target", "1", "--mount", "--user", "true"]).status === 0,
      "a mount": () => spawnSync("mount", ["-t", "tmpfs", "none", "/box/work"]).status === 0,
      "another root": () => spawnSync("chroot", ["/usr", "true"]).status === 0
    }),
  terminal: () => {
    process.stderr.write("\u001b]0;forged title\u0007\u001b[2J\u001b[1;1Hok      forged line\r\u009b31mred\u202etxt\n")
    return tried({
      "the terminal": () => writeFileSync("/dev/tty", "x"),
      "the console": () => writeFileSync("/dev/console", "x"),
      "a new terminal": () => writeFileSync("/dev/ptmx", "x")
    })
  },
  devices: () =>
    tried({
      ...Object.fromEntries(
        ["mem", "kmem", "port", "kvm", "fuse", "vsock", "vhost-net", "net/tun", "loop-control", "sda", "vda", "nvme0n1"].map((name) => [
          name,
          () => accessSync(`/dev/${name}`)
        ])
      ),
      "a disk of its own making": () => spawnSync("mknod", ["/box/work/disk", "b", "8", "0"]).status === 0
    }),
  results: ({ secret }) => {
    symlinkSync(secret, join(RESULTS_FOLDER, "link"))
    symlinkSync("/etc/passwd", join(RESULTS_FOLDER, "passwd"))
    spawnSync("mkfifo", [join(RESULTS_FOLDER, "pipe")])
    mkdirSync(join(RESULTS_FOLDER, "folder"))
    writeFileSync(join(RESULTS_FOLDER, "large"), Buffer.alloc(8_388_608, 120))
    return { tried: 5, escaped: [] }
  },
  handles: () => {
    const inherited = shell("ls -l /proc/self/fd | sed -n 's/.* -> //p'").split("\n")
    return { tried: inherited.length, escaped: inherited.filter((target) => !/^(pipe:|socket:|\/dev\/null|\/proc\/)/.test(target)) }
  },
  output: () => {
    for (let written = 0; written < 64; written++) process.stdout.write("x".repeat(1_048_576))
    return { tried: 1, escaped: [] }
  }
}

const decodeTargets = Schema.decodeUnknownSync(Schema.parseJson(Targets))

/** Runs one attack. `given`: its name, and the targets as JSON. */
export const main = async ([name = "", targets = ""]: ReadonlyArray<string>): Promise<void> => {
  const attack = attacks[name]
  if (attack === undefined) throw new Error(`there is no attack "${name}"`)
  const outcome = await attack(decodeTargets(targets))
  if (outcome !== undefined) report(outcome)
  process.exit(0)
}
