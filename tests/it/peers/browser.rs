//! The page in a real browser: its rows are the cases, its filter and its drawing work, and no
//! script fails.

use std::time::Duration;

use serde_json::{Value, json};

use super::{CHROMIUM, output, peer};
use crate::sandbox::Sandbox;

/// Notes every error, before anything else runs.
const WATCH: &str = "<script>var errors = []; \
    addEventListener('error', (e) => errors.push(String(e.message))); \
    addEventListener('securitypolicyviolation', (e) => errors.push(e.violatedDirective));\
    </script></head>";

/// Uses the page as a person does, and leaves what it saw behind.
const USE: &str = r#"<script>
const rows = () => [...document.querySelectorAll(".case")].filter((row) => row.offsetParent);
const press = (word) => document.querySelector(`[data-show="${word}"]`).click();
const type = (words) => { text.value = words; text.dispatchEvent(new Event("input")); };
const seen = { all: rows().length };
press("failed"); seen.failed = rows().length;
press("passed"); seen.passed = rows().length;
const name = (row) => row.querySelector(".name").textContent;
press(""); type("outage-after-capture"); seen.found = rows().map(name);
seen.count = document.getElementById("count").textContent;
type("no such words"); seen.none = rows().length;
type(""); seen.again = rows().length;
const one = [...document.querySelectorAll(".case")]
  .find((row) => name(row) === "link/outage-after-capture");
one.open = true;
const svg = one.querySelector(".lanes svg");
seen.drawn = svg.getBoundingClientRect().height > 200;
const width = () => svg.getBoundingClientRect().width;
const before = width();
one.querySelector("[data-zoom='1.25']").click(); seen.zoomed = width() > before;
const lost = svg.querySelector(".lost");
lost.dispatchEvent(new MouseEvent("pointerover", { bubbles: true }));
seen.told = one.querySelector("output").textContent;
seen.breach = svg.querySelector(".first text").textContent;
seen.wide = document.documentElement.scrollWidth <= innerWidth;
seen.errors = errors;
const pre = document.createElement("pre");
pre.id = "seen"; pre.textContent = JSON.stringify(seen); document.body.append(pre);
</script></body>"#;

/// What the page looked like to the browser at this width; `None` where it is missing.
fn used(sandbox: &Sandbox, page: &str, width: u32) -> Option<Value> {
    let mut browser = peer(&CHROMIUM)?;
    let page = page.replacen("</head>", WATCH, 1).replacen("</body>", USE, 1);
    sandbox.write("used.html", page);
    browser
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"])
        .args(["--disable-component-update", "--disable-sync", "--no-first-run", "--dump-dom"])
        .arg(format!("--timeout={}", Duration::from_secs(30).as_millis()))
        .arg(format!("--window-size={width},900"))
        .arg(format!("--user-data-dir={}", sandbox.path("profile").display()))
        .arg(format!("file://{}", sandbox.path("used.html").display()));
    let dom = output(browser, "");
    let told = dom.split_once("<pre id=\"seen\">").and_then(|(_, rest)| rest.split_once("</pre>"));
    let (told, _) = told.unwrap_or_else(|| panic!("the script did not come to its end:\n{dom}"));
    let told = told.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    Some(serde_json::from_str(&told).unwrap())
}

#[test]
fn a_browser_shows_filters_and_draws_the_cases() {
    let sandbox = Sandbox::with_suite();
    let reports = "--report html=page.html --report json=report.json";
    let run = format!("run scenarios/link --firmware timeout-means-fail {reports}");
    sandbox.run(&run).exits(1);
    let page = sandbox.read("page.html");
    let counts = sandbox.json("report.json");
    let (failed, passed) = (&counts["counts"]["failed"], &counts["counts"]["passed"]);
    let all = counts["cases"].as_array().unwrap().len();
    for width in [1_400, 500] {
        let Some(seen) = used(&sandbox, &page, width) else { return };
        let wanted = json!({
            "all": all,
            "failed": failed,
            "passed": passed,
            "found": ["link/outage-after-capture"],
            "count": format!("1 of {all}"),
            "none": 0,
            "again": all,
            "drawn": true,
            "zoomed": true,
            "told": "#32 at 13.266s: sale answer 00 128.00, lost",
            "breach": "S7 expect-3 broken, #39",
            "wide": true,
            "errors": [],
        });
        assert_eq!(seen, wanted, "{width} pixels wide");
    }
}
