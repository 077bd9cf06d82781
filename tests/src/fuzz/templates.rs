//! Pieces of WebAssembly as text, in which `%` and a letter stand for a piece of that kind.
//!
//! | | |
//! |---|---|
//! | `%i` `%l` `%f` `%d` | a value of `i32`, `i64`, `f32`, `f64` |
//! | `%a` `%h` | an address that is in memory, from zero or above what is laid out |
//! | `%n` `%o` `%p` | a length up to 1 KiB; an odd `i32` or `i64` to divide by |
//! | `%b` `%s` | none or one: of pages, of slots of the table |
//! | `%S` | a few statements |

/// What every function has besides its parameters.
pub(super) const LOCALS: &str = r"
    (local $i0 i32) (local $i1 i32) (local $i2 i32) (local $l0 i64) (local $l1 i64)
    (local $f0 f32) (local $f1 f32) (local $d0 f64) (local $d1 f64)
    (local $k1 i32) (local $k2 i32) (local $k3 i32)";

/// What functions share. `$turns` holds back calls of calls; slots of the table from two on are of another type or empty.
pub(super) const SHARED: &str = r"
    (type $help (func (param i32 i64) (result i32)))
    (table $table 4 funcref)
    (elem (i32.const 0) $safe0 $safe1 $other)
    (global $turns (mut i32) (i32.const 40))
    (global $kept (mut i64) (i64.const 0))
    (func $other)
    (func $deep (param i32 i64) (result i32) (i32.add (i32.const 1) (call $deep (local.get 0) (local.get 1))))";

/// Values of `i32`.
pub(super) const I32: &[&str] = &[
    "(i32.add %i %i)",
    "(i32.sub %i %i)",
    "(i32.mul %i %i)",
    "(i32.and %i %i)",
    "(i32.xor %i %i)",
    "(i32.shl %i %i)",
    "(i32.shr_s %i %i)",
    "(i32.rotl %i %i)",
    "(i32.div_u %i %o)",
    "(i32.rem_s %i %o)",
    "(i32.lt_s %i %i)",
    "(i32.ge_u %i %i)",
    "(i32.eqz %i)",
    "(i32.clz %i)",
    "(i32.popcnt %i)",
    "(i32.extend8_s %i)",
    "(i32.wrap_i64 %l)",
    "(i64.le_u %l %l)",
    "(f32.eq %f %f)",
    "(f64.lt %d %d)",
    "(i32.reinterpret_f32 %f)",
    "(i32.trunc_sat_f64_s %d)",
    "(i32.trunc_sat_f32_u %f)",
    "(i32.load %a)",
    "(i32.load offset=65536 %a)",
    "(i32.load8_s offset=65536 %a)",
    "(i32.load16_u %a)",
    "(local.tee $i0 %i)",
    "(select %i %i %i)",
    "(if (result i32) %i (then %i) (else %i))",
    "(block $x (result i32) (drop (br_if $x %i %i)) %i)",
    "(memory.size)",
    "(memory.grow %b)",
    "(call $safe0 %i %l)",
    "(call $safe1 %i %l)",
    "(call_indirect $table (type $help) %i %l %s)",
];

/// Values of `i64`.
pub(super) const I64: &[&str] = &[
    "(i64.add %l %l)",
    "(i64.sub %l %l)",
    "(i64.mul %l %l)",
    "(i64.or %l %l)",
    "(i64.xor %l %l)",
    "(i64.shr_u %l %l)",
    "(i64.rotr %l %l)",
    "(i64.div_u %l %p)",
    "(i64.rem_s %l %p)",
    "(i64.ctz %l)",
    "(i64.extend32_s %l)",
    "(i64.extend_i32_u %i)",
    "(i64.reinterpret_f64 %d)",
    "(i64.trunc_sat_f64_u %d)",
    "(i64.trunc_sat_f32_s %f)",
    "(i64.load %a)",
    "(i64.load offset=65536 %a)",
    "(i64.load32_s offset=65536 %a)",
    "(select %l %l %i)",
    "(global.get $kept)",
];

/// Values of `f32`.
pub(super) const F32: &[&str] = &[
    "(f32.add %f %f)",
    "(f32.mul %f %f)",
    "(f32.div %f %f)",
    "(f32.min %f %f)",
    "(f32.copysign %f %f)",
    "(f32.sqrt %f)",
    "(f32.nearest %f)",
    "(f32.neg %f)",
    "(f32.convert_i64_u %l)",
    "(f32.demote_f64 %d)",
    "(f32.reinterpret_i32 %i)",
    "(f32.load offset=65536 %a)",
];

/// Values of `f64`.
pub(super) const F64: &[&str] = &[
    "(f64.add %d %d)",
    "(f64.sub %d %d)",
    "(f64.mul %d %d)",
    "(f64.div %d %d)",
    "(f64.max %d %d)",
    "(f64.copysign %d %d)",
    "(f64.sqrt %d)",
    "(f64.floor %d)",
    "(f64.abs %d)",
    "(f64.convert_i32_s %i)",
    "(f64.promote_f32 %f)",
    "(f64.reinterpret_i64 %l)",
    "(f64.load offset=65536 %a)",
    "(select %d %d %i)",
];

/// Statements that hold none.
pub(super) const SIMPLE: &[&str] = &[
    "(local.set $i0 %i)",
    "(local.set $i1 %i)",
    "(local.set $i2 %i)",
    "(local.set $l0 %l)",
    "(local.set $l1 %l)",
    "(local.set $f0 %f)",
    "(local.set $f1 %f)",
    "(local.set $d0 %d)",
    "(local.set $d1 %d)",
    "(global.set $kept %l)",
    "(i32.store offset=65536 %a %i)",
    "(i32.store8 offset=65536 %a %i)",
    "(i64.store offset=65536 %a %l)",
    "(f32.store offset=65536 %a %f)",
    "(f64.store offset=65536 %a %d)",
    "(memory.fill %h %i %n)",
    "(memory.copy %h %a %n)",
];

/// Statements that hold others.
pub(super) const NESTED: &[&str] = &[
    "(if %i (then %S))",
    "(if %i (then %S) (else %S))",
    "(block $x %S (br_if $x %i) %S)",
    "(block $x (block $y (br_table $y $x $y %i)) %S)",
    "(block $x (block $y (block $z (br_table $z $y $x $z %i)) %S (br $x)) %S)",
];

/// What mostly ends an evaluation.
pub(super) const RISKY: &[&str] = &[
    "(unreachable)",
    "(drop (i32.load %i))",
    "(i64.store %i %l)",
    "(drop (i64.load offset=4294967295 %i))",
    "(drop (i32.div_s %i (i32.and %i (i32.const 1))))",
    "(drop (i64.rem_u %l (i64.shr_u %l (i64.const 63))))",
    "(drop (i32.trunc_f64_s %d))",
    "(drop (i64.trunc_f32_u %f))",
    "(drop (call_indirect $table (type $help) %i %l %i))",
    "(drop (call_indirect $table (type $help) %i %l (i32.const 2)))",
    "(drop (call_indirect $table (type $help) %i %l (i32.const 3)))",
    "(drop (table.get $table %i))",
    "(drop (table.grow $table (ref.null func) %i))",
    "(drop (memory.grow %i))",
    "(memory.fill %i %i %i)",
    "(memory.copy %i %i %i)",
    "(drop (call $deep %i %l))",
    "(loop $r %S (br $r))",
    "(loop $r (br_if $r %i))",
    "(global.set $turns (i32.const -1))",
];

/// Numbers at the ends of what a type can hold, and those that are none.
pub(super) const I32_CONSTANTS: &[&str] = &["0", "1", "-1", "7", "255", "65535", "2147483647", "-2147483648"];
pub(super) const I64_CONSTANTS: &[&str] =
    &["0", "1", "-1", "1000000", "4294967296", "9007199254740992", "9223372036854775807", "-9223372036854775808"];
pub(super) const F32_CONSTANTS: &[&str] = &["0", "-0", "1", "-1.5", "3e38", "1e-45", "inf", "-inf", "nan", "-nan", "nan:0x200001"];
pub(super) const F64_CONSTANTS: &[&str] =
    &["0", "-0", "1", "0.1", "-2.5", "1e300", "5e-324", "inf", "-inf", "nan", "-nan", "nan:0x4000000000123"];
