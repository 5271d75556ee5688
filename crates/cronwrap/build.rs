//! Links the unwinder into the program instead of loading it at each start: a wrapper that runs every minute should
//! not cost more than what it wraps, and loading libgcc_s.so.1 is a tenth of it.

fn main() {
    let target = |name: &str| std::env::var(format!("CARGO_CFG_TARGET_{name}")).unwrap_or_default();
    // The linker script beside us is for GNU's linkers, and libgcc_eh.a comes with gcc.
    if target("OS") == "linux" && target("ENV") == "gnu" {
        let directory = std::env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
        emit(&format!("cargo::rustc-link-search=native={directory}/link"));
    }
    emit("cargo::rerun-if-changed=build.rs");
    emit("cargo::rerun-if-changed=link/libgcc_s.so");
}

fn emit(line: &str) {
    println!("{line}");
}
