"""How the page looks: light and dark, wide and narrow, on a screen and on paper."""

from osolgil.races.report.looks import COLOURS_DARK, COLOURS_LIGHT, DASHES

LIGHT = {
    "ground": "#ffffff",
    "raised": "#f5f6f7",
    "ink": "#1b1b1b",
    "soft": "#575b61",
    "line": "#cfd3d8",
    "mark": "#0063a0",
    "good": "#00704f",
    "bad": "#b04700",
}
DARK = {
    "ground": "#15171a",
    "raised": "#1f2226",
    "ink": "#ededed",
    "soft": "#b0b5bc",
    "line": "#434950",
    "mark": "#6db9f2",
    "good": "#3fd0a0",
    "bad": "#ff9a5c",
}
"""Colours of the page; letters keep 4.5 : 1 against the ground, lines of contestants 3 : 1."""

RULES = """
* { box-sizing: border-box; }
html { scroll-padding-top: 4rem; }
body { margin: 0; background: var(--ground); color: var(--ink);
  font: 1.06rem/1.6 system-ui, "Apple SD Gothic Neo", "Malgun Gothic", "Noto Sans KR", NanumGothic, sans-serif; }
:lang(ko) { word-break: keep-all; }
main, header, footer, nav { max-width: 84rem; margin: 0 auto; padding: 0 1rem; }
a { color: var(--mark); }
:focus-visible { outline: 3px solid var(--mark); outline-offset: 2px; }
h1 { font-size: clamp(1.6rem, 5vw, 2.4rem); line-height: 1.25; margin: 1rem 0 .4rem; overflow-wrap: anywhere; }
h2 { font-size: clamp(1.35rem, 4vw, 1.9rem); margin: 3.2rem 0 .6rem; padding-top: 1rem;
  border-top: 2px solid var(--line); }
h3 { font-size: clamp(1.2rem, 3.4vw, 1.5rem); margin: 2.4rem 0 .4rem; }
h4 { font-size: 1.15rem; margin: 1.8rem 0 .3rem; overflow-wrap: anywhere; }
p { max-width: 52rem; overflow-wrap: anywhere; }
.lead { font-size: 1.15rem; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; left: -100vw; }
.skip:focus { left: 1rem; top: .5rem; background: var(--ground); padding: .4rem .8rem; z-index: 3; }
.pick { position: absolute; opacity: 0; }
.bar { display: flex; flex-wrap: wrap; gap: .4rem 1.2rem; align-items: start; padding: .7rem 1rem; }
.bar ul { display: flex; flex-wrap: wrap; gap: .1rem 1.1rem; list-style: none; margin: 0; padding: 0; flex: 1 1 16rem; }
.languages label { cursor: pointer; padding: .3rem .8rem; border: 1px solid var(--line); border-radius: 1rem;
  display: inline-block; }
#pick-en:checked ~ nav [for=pick-en], #pick-ko:checked ~ nav [for=pick-ko] { border-color: var(--mark);
  color: var(--mark); font-weight: 600; }
#pick-en:focus-visible ~ nav [for=pick-en], #pick-ko:focus-visible ~ nav [for=pick-ko] {
  outline: 3px solid var(--mark); outline-offset: 2px; }
#pick-en:checked ~ * .ko, #pick-ko:checked ~ * .en { display: none; }
.who { position: sticky; top: 0; z-index: 2; background: var(--raised); border-bottom: 1px solid var(--line);
  max-width: none; }
.who details { max-width: 84rem; margin: 0 auto; padding: .35rem 1rem; }
.who fieldset { border: 0; margin: 0; padding: .2rem 0; display: flex; flex-wrap: wrap; gap: .3rem 1.4rem;
  max-height: 40vh; overflow: auto; }
.who label { display: inline-flex; gap: .45rem; align-items: center; cursor: pointer; overflow-wrap: anywhere; }
.who input { width: 1.1rem; height: 1.1rem; accent-color: var(--mark); }
summary { cursor: pointer; color: var(--mark); padding: .25rem 0; }
.wide { position: relative; overflow-x: auto; margin: 1rem 0; max-width: 100%; }
/* Collapsed borders would stay behind when a column sticks. */
table { border-collapse: separate; border-spacing: 0; font-variant-numeric: tabular-nums; }
caption { caption-side: top; color: var(--soft); text-align: left; padding: .3rem 0 .5rem; }
.wide caption { position: sticky; left: 0; max-width: min(52rem, calc(100vw - 2rem)); display: table-caption; }
/* Whole pixels: a column that sticks would hide lines that fall between two. */
th, td { padding: 6px 1.1rem 6px 0; line-height: 27px; text-align: right; border-bottom: 1px solid var(--line);
  vertical-align: top; white-space: nowrap; }
thead th { color: var(--soft); font-weight: 600; white-space: normal; min-width: 5rem; vertical-align: bottom; }
th.text, td.text { text-align: left; }
td.text { white-space: normal; min-width: 13rem; max-width: 34rem; overflow-wrap: anywhere; }
tbody th { font-weight: 600; white-space: normal; }
.name { display: inline-block; vertical-align: top; max-width: min(26rem, 8.5rem + 16vw); overflow-wrap: break-word; }
.wide tbody th { position: sticky; left: 0; background: var(--ground); }
.matrix td, .matrix thead th { text-align: center; min-width: 2.6rem; padding: 6px .4rem; }
.matrix thead th:first-child { text-align: left; }
.sign { font-weight: 700; color: var(--soft); display: inline-block; min-width: 1.2em; text-align: center; }
.sign.better { color: var(--good); } .sign.worse { color: var(--bad); }
.key { display: flex; flex-wrap: wrap; gap: .2rem 1.4rem; list-style: none; padding: 0; margin: .3rem 0 .8rem; }
.verdicts { padding-left: 1.1rem; max-width: 60rem; }
.verdicts li { margin: .45rem 0; overflow-wrap: anywhere; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 34rem), 1fr)); gap: 1.6rem 2.4rem; }
.figures h4 { margin-top: 0; }
figure { margin: 1rem 0; min-width: 0; max-width: 46rem; break-inside: avoid; }
figcaption { color: var(--soft); font-size: .97rem; padding: .4rem 0; overflow-wrap: anywhere; }
.legend { display: flex; flex-wrap: wrap; gap: .15rem 1.2rem; list-style: none; margin: .2rem 0; padding: 0; }
.legend li { display: inline-flex; gap: .45rem; align-items: center; overflow-wrap: anywhere; }
.legend small { color: var(--soft); font-size: .92em; }
.swatch { width: 44px; height: 12px; flex: none; }
figure > svg { display: block; width: 100%; height: auto; font-size: 16px; }
svg text { fill: var(--ink); }
svg text[data-axis] { fill: var(--soft); }
.level { fill: var(--soft); paint-order: stroke; stroke: var(--ground); stroke-width: 4px; font-size: .85em; }
.grid { stroke: var(--line); stroke-width: 1; opacity: .6; }
.frame { stroke: var(--soft); fill: none; stroke-width: 1.4; }
.plot { overflow: hidden; }
.line { fill: none; stroke-width: 3; stroke-linejoin: round; } .end { fill: none; stroke-width: 3.4; }
.dots { fill: none; stroke-width: 9; stroke-linecap: round; opacity: .75; }
.dots.small { stroke-width: 7; opacity: 1; }
.band { stroke: none; opacity: .16; } .band.many { opacity: .06; }
.target { stroke: var(--soft); stroke-width: 1.4; stroke-dasharray: 2 5; }
.contour { fill: none; stroke: var(--soft); stroke-width: 1; opacity: .55; }
.start { fill: var(--ground); stroke: var(--ink); stroke-width: 3; }
.minimum { fill: #f0e442; stroke: #000; stroke-width: 1.6; }
pre { overflow-x: auto; background: var(--raised); padding: .8rem; border-radius: .4rem; font-size: .92rem; }
pre.command { white-space: pre-wrap; overflow-wrap: anywhere; }
footer { color: var(--soft); padding-top: 1rem; padding-bottom: 3rem; margin-top: 3rem;
  border-top: 1px solid var(--line); }
@media (max-width: 36rem) {
  /* A chart is scaled down to the screen; its letters are not. */
  figure > svg { font-size: 23px; } .line { stroke-width: 4; }
  .dots { stroke-width: 12; } .dots.small { stroke-width: 9; }
}
@media print {
  @page { margin: 14mm; }
  body { font-size: 10pt; } .who, .languages, .skip { display: none; }
  .wide { overflow: visible; } table { font-size: 8pt; } th, td { padding: 2px .5rem 2px 0; line-height: 1.4; }
  td.text { min-width: 0; } thead th { min-width: 0; } .wide tbody th { position: static; }
  .figures { grid-template-columns: 1fr 1fr; } h2, h3, h4 { break-after: avoid; } tr, li { break-inside: avoid; }
  details:not([open]) { display: none; } pre { white-space: pre-wrap; }
}
"""


def variables(page: dict[str, str], contestants: tuple[str, ...]) -> str:
    """Custom properties of one scheme."""
    named = [f"--{name}: {colour};" for name, colour in page.items()]
    named += [f"--k{number}: {colour};" for number, colour in enumerate(contestants)]
    return " ".join(named)


def style(contestants: int) -> str:
    """The style sheet of a page with so many contestants."""
    light, dark = variables(LIGHT, COLOURS_LIGHT), variables(DARK, COLOURS_DARK)
    colours = [
        f".k{number}:not(.band) {{ stroke: var(--k{number}); }} .band.k{number} {{ fill: var(--k{number}); }}"
        for number in range(len(COLOURS_LIGHT))
    ]
    dashes = [f".d{number} {{ stroke-dasharray: {dash}; }}" for number, dash in enumerate(DASHES) if dash]
    # a box of the bar on top takes its contestant out of all charts and legends, without a script
    hiding = [
        f"body:has(#show-{number}:not(:checked)) .s{number} {{ display: none; }}" for number in range(contestants)
    ]
    return "\n".join(
        [
            f":root {{ color-scheme: light dark; {light} }}",
            f"@media screen and (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}",
            RULES,
            *colours,
            *dashes,
            *hiding,
        ]
    )
