;; A runtime for a test of how instances are lent. Each function adds one to a number of its own and returns it.
;; wat2wasm counting.wat -o counting.wasm
(module
 (import "env" "memory" (memory 32))
 (global (export "__heap_base") i32 (i32.const 1048576))
 (data (i32.const 1024) "\07\00\00\00")
 (func $next (param $at i32) (result i64)
   (i32.store (local.get $at) (i32.add (i32.load (local.get $at)) (i32.const 1)))
   (i64.or (i64.extend_i32_u (local.get $at)) (i64.shl (i64.const 4) (i64.const 32))))
 ;; A static number that begins with 7.
 (func (export "initialised") (param i32 i32) (result i64) (call $next (i32.const 1024)))
 ;; A static number that begins with 0.
 (func (export "zeroed") (param i32 i32) (result i64) (call $next (i32.const 2048)))
 ;; The number 32 bytes into the argument.
 (func (export "heap") (param i32 i32) (result i64) (call $next (i32.add (local.get 0) (i32.const 32))))
 (func (export "trap") (param i32 i32) (result i64) (drop (call $next (i32.const 1024))) (unreachable))
)
