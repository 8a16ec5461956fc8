/**
 * The system calls that a box refuses, with their numbers (Linux: `arch/x86/entry/syscalls/syscall_64.tbl` and
 * `include/uapi/asm-generic/unistd.h`). Everything else that was known in Linux 6.1 is allowed; newer calls do not exist inside.
 */

export type Architecture = "x64" | "arm64"

/** Errors that a refused call returns. */
export const EPERM = 1
export const EAFNOSUPPORT = 97
export const ENOSYS = 38

/** The highest number of Linux 6.1 on both architectures (`set_mempolicy_home_node`). Calls above it return ENOSYS. */
export const NEWEST_CALL = 450

/** `null`: the architecture does not have this call. */
type Numbers = Readonly<Record<Architecture, number | null>>

/** `refused: "missing"` returns ENOSYS, so that programs use an older call instead. */
export interface RefusedCall extends Numbers {
  readonly refused: "forbidden" | "missing"
}

const forbidden = (x64: number | null, arm64: number | null): RefusedCall => ({ x64, arm64, refused: "forbidden" })
const missingCall = (x64: number | null, arm64: number | null): RefusedCall => ({ x64, arm64, refused: "missing" })

export const REFUSED = {
  // Other processes
  ptrace: forbidden(101, 117),
  process_vm_readv: forbidden(310, 270),
  process_vm_writev: forbidden(311, 271),
  kcmp: forbidden(312, 272),
  pidfd_getfd: forbidden(438, 438),
  process_madvise: forbidden(440, 440),
  move_pages: forbidden(279, 239),
  migrate_pages: forbidden(256, 238),
  // Namespaces. clone3 hides its flags behind a pointer, so programs have to use clone.
  unshare: forbidden(272, 97),
  setns: forbidden(308, 268),
  clone3: missingCall(435, 435),
  // File systems
  mount: forbidden(165, 40),
  umount2: forbidden(166, 39),
  pivot_root: forbidden(155, 41),
  chroot: forbidden(161, 51),
  open_tree: forbidden(428, 428),
  move_mount: forbidden(429, 429),
  fsopen: forbidden(430, 430),
  fsconfig: forbidden(431, 431),
  fsmount: forbidden(432, 432),
  fspick: forbidden(433, 433),
  mount_setattr: forbidden(442, 442),
  name_to_handle_at: forbidden(303, 264),
  open_by_handle_at: forbidden(304, 265),
  fanotify_init: forbidden(300, 262),
  quotactl: forbidden(179, 60),
  quotactl_fd: forbidden(443, 443),
  swapon: forbidden(167, 224),
  swapoff: forbidden(168, 225),
  acct: forbidden(163, 89),
  sysfs: forbidden(139, null),
  ustat: forbidden(136, null),
  // Large parts of the kernel that a test suite does not need
  bpf: forbidden(321, 280),
  perf_event_open: forbidden(298, 241),
  userfaultfd: forbidden(323, 282),
  io_uring_setup: missingCall(425, 425),
  io_uring_enter: missingCall(426, 426),
  io_uring_register: missingCall(427, 427),
  add_key: forbidden(248, 217),
  request_key: forbidden(249, 218),
  keyctl: forbidden(250, 219),
  // Memory that no limit of the box would count where there is no cgroup
  memfd_create: missingCall(319, 279),
  memfd_secret: missingCall(447, 447),
  shmget: missingCall(29, 194),
  // The machine
  init_module: forbidden(175, 105),
  finit_module: forbidden(313, 273),
  delete_module: forbidden(176, 106),
  create_module: forbidden(174, null),
  get_kernel_syms: forbidden(177, null),
  query_module: forbidden(178, null),
  nfsservctl: forbidden(180, 42),
  kexec_load: forbidden(246, 104),
  kexec_file_load: forbidden(320, 294),
  reboot: forbidden(169, 142),
  syslog: forbidden(103, 116),
  settimeofday: forbidden(164, 170),
  clock_settime: forbidden(227, 112),
  clock_adjtime: forbidden(305, 266),
  adjtimex: forbidden(159, 171),
  sethostname: forbidden(170, 161),
  setdomainname: forbidden(171, 162),
  vhangup: forbidden(153, 58),
  lookup_dcookie: forbidden(212, 18),
  iopl: forbidden(172, null),
  ioperm: forbidden(173, null),
  modify_ldt: forbidden(154, null),
  uselib: forbidden(134, null),
  _sysctl: forbidden(156, null)
} as const satisfies Readonly<Record<string, RefusedCall>>

/** Calls that depend on one argument. Only its low 32 bits are compared, which are all that the kernel reads of these. */
export const CLONE: Numbers = { x64: 56, arm64: 220 }
export const IOCTL: Numbers = { x64: 16, arm64: 29 }
export const PERSONALITY: Numbers = { x64: 135, arm64: 92 }
export const SOCKET: Numbers = { x64: 41, arm64: 198 }
export const SOCKETPAIR: Numbers = { x64: 53, arm64: 199 }

/** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID and NEWNET. */
export const NEW_NAMESPACES = 0x7e020000

/** TIOCSTI types on a terminal as its user would; TIOCLINUX does the same on a console. */
export const TERMINAL_REQUESTS = [0x5412, 0x541c] as const

/** Linux's default personality, and the query of the present one (personality(2)). */
export const PERSONALITIES = [0, 0xffffffff] as const

/** AF_UNIX, AF_INET, AF_INET6 and AF_NETLINK. All others are refused: AF_VSOCK, for one, reaches a virtual machine's host from every network namespace. */
export const SOCKET_FAMILIES = [1, 2, 10, 16] as const
