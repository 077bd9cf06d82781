//! Which way to a compiler for rules: what is there comes before what would be installed, the user's own before the system's.

use assay_cli::toolchain::{Probe, Way};

#[test]
fn the_first_way_that_the_machine_allows_is_taken() {
    for facts in 0..16u8 {
        let [target_present, rustup_may_install, debian_present, system_may_install] = [8, 4, 2, 1].map(|bit| facts & bit != 0);
        let expected = match (target_present, rustup_may_install, debian_present, system_may_install) {
            (true, _, _, _) => Way::TargetPresent,
            (false, true, _, _) => Way::AddTarget,
            (false, false, true, _) => Way::Debian,
            (false, false, false, true) => Way::InstallDebian,
            (false, false, false, false) => Way::Unavailable,
        };
        let probe = Probe { target_present, rustup_may_install, debian_present, system_may_install };
        assert_eq!(probe.way(), expected, "{probe:?}");
    }
}

/// A way that failed withdraws the fact that allowed it; the search goes on and ends.
#[test]
fn a_way_that_failed_gives_way_to_the_next() {
    let mut probe = Probe { target_present: false, rustup_may_install: true, debian_present: false, system_may_install: true };
    let mut ways = Vec::new();
    for _ in 0..3 {
        ways.push(probe.way());
        match probe.way() {
            Way::AddTarget => probe.rustup_may_install = false,
            Way::InstallDebian => probe.system_may_install = false,
            _ => {}
        }
    }
    assert_eq!(ways, [Way::AddTarget, Way::InstallDebian, Way::Unavailable]);
}
