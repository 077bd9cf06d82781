//! How a simulation begins: the tenant, its rules, its customers, and the first version of every definition.

use assay_app::{AppError, VersionRequest};
use assay_domain::{definition::Timing, time::Timestamp};

use super::{
    model::{DEFINITIONS, Version, rules::Settings},
    rules,
    world::{ORDINARY, Odds, Term, World},
};
use crate::assay::at;

/// Setting up happens in few seeds, so something goes wrong in it more often.
const SETTING_UP: Odds = Odds { once_in: 2, moments: 2 };

impl World {
    pub(super) async fn set_up(&mut self, is_equipped: bool) -> Result<(), String> {
        self.say(format!("{} set up", self.now));
        if !is_equipped {
            self.create_tenant().await?;
            self.push_rules().await?;
        }
        for key in self.customers.clone() {
            self.must(ORDINARY, async |assay, caller| assay.create_customer(caller, key).await).await?;
            self.terms.push((self.now, Term::Customer(key.into())));
        }
        for (slug, _) in DEFINITIONS {
            self.define(slug, at("2025-06-01T00:00:00Z")).await?;
        }
        self.agree().await.map(drop)
    }

    async fn create_tenant(&mut self) -> Result<(), String> {
        let created = self.attempt(SETTING_UP, async |assay, _| assay.create_tenant("simulation", "vendor", "A vendor").await).await;
        self.site.tenant = match created {
            Ok(tenant) => tenant,
            // The process that created it died before it could say so.
            Err(AppError::Conflict { .. }) if self.was_done => {
                let sides = self.site.assay().tenants().await.map_err(|error| error.to_string())?;
                sides.first().expect("the tenant that exists").live
            }
            Err(error) => return Err(error.to_string()),
        };
        Ok(())
    }

    async fn push_rules(&mut self) -> Result<(), String> {
        for (_, component) in rules::components() {
            self.must(SETTING_UP, async |assay, caller| assay.push_rule(caller, component).await).await?;
        }
        Ok(())
    }

    /// Writes down the next version of a definition, in force from a time.
    pub(super) async fn define(&mut self, slug: &'static str, from: Timestamp) -> Result<(), String> {
        let (settings, timing) = self.draw_version(slug);
        let rule = DEFINITIONS.iter().find(|(known, _)| *known == slug).map(|(_, rule)| *rule).expect("a definition");
        let request = VersionRequest {
            definition: slug.into(),
            rule: rule.into(),
            parameters: if slug == "tickets" { parameters(&settings) } else { Vec::new() },
            timing,
            active_from: Some(from),
        };
        self.say(format!("    {slug}: {settings:?} {timing:?} from {from}"));
        let view = self.must(ORDINARY, async |assay, caller| assay.create_version(caller, &request).await).await?;
        let number = self.model.versions.iter().filter(|version| version.slug == slug).count() + 1;
        if view.number as usize != number {
            return Err(format!("version {} of {slug} should be {number}", view.number));
        }
        self.model.versions.push(Version { slug, number: view.number, settings, timing, from });
        self.terms.push((self.now, Term::Version(request)));
        Ok(())
    }

    fn draw_version(&mut self, slug: &str) -> (Settings, Timing) {
        let random = &mut self.random;
        let mut one_of = |texts: &[&str]| -> String { (*random.one_of(texts)).into() };
        let window = one_of(&["PT0S", "PT1H", "PT24H", "PT24H", "P3D"]).parse().expect("a duration");
        let (deadline, settles_after, reversible_for) = match slug {
            // Faults depend on what is asked, so that rule is asked about everything at once and at no other time.
            "pings" => ("unlimited".into(), "PT0S".into(), "unlimited".into()),
            _ => (
                one_of(&["P2D", "P10D", "P90D", "P90D", "unlimited"]),
                one_of(&["PT0S", "PT0S", "PT36H", "P10D"]),
                one_of(&["PT0S", "P2D", "P30D", "P30D", "unlimited"]),
            ),
        };
        let timing = Timing {
            deadline: deadline.parse().expect("a limit"),
            settles_after: settles_after.parse().expect("a duration"),
            reversible_for: reversible_for.parse().expect("a limit"),
        };
        let reassignments_max = self.random.once_in(3).then(|| self.random.between(0, 1));
        (Settings { window, retry: !self.random.once_in(3), reassignments_max }, timing)
    }
}

fn parameters(settings: &Settings) -> Vec<(String, String)> {
    let mut parameters = vec![("window".into(), settings.window.to_string()), ("retry".into(), settings.retry.to_string())];
    parameters.extend(settings.reassignments_max.map(|most| ("max-reassignments".into(), most.to_string())));
    parameters
}
