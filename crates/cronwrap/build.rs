//! How the program is linked on GNU/Linux: a wrapper that runs every minute should not cost more than `timeout`.
//!
//! Measured around /bin/true, of what cronwrap costs in all: loading libgcc_s.so.1 at each start 5 %, so the unwinder
//! is linked into the program; relocating a program that may lie anywhere 15 % (each of 50 pages is copied to change
//! pointers in it), so it lies where it was linked. Libraries, heap and stack keep their random places.

fn main() {
    let target = |name: &str| std::env::var(format!("CARGO_CFG_TARGET_{name}")).unwrap_or_default();
    // For GNU's toolchain: libgcc_eh.a comes with gcc, and link/ holds a linker script.
    let is_static = target("FEATURE")
        .split(',')
        .any(|feature| feature == "crt-static");
    if target("OS") == "linux" && target("ENV") == "gnu" && !is_static {
        let directory = std::env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
        emit(&format!("cargo::rustc-link-search=native={directory}/link"));
        emit("cargo::rustc-link-arg-bins=-no-pie");
    }
    emit("cargo::rerun-if-changed=build.rs");
    emit("cargo::rerun-if-changed=link/libgcc_s.so");
}

fn emit(line: &str) {
    println!("{line}");
}
