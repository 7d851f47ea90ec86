// Comfort for the pages of `fgd site`: all that is known stands in the pages themselves.
"use strict";
document.querySelectorAll(".search").forEach((field) => { field.hidden = false; });

document.querySelectorAll("input[data-table]").forEach((input) => {
  const table = document.getElementById(input.dataset.table);
  const count = document.getElementById(input.dataset.table + "-count");
  const rows = Array.from(table.tBodies[0].rows, (row) => [row, row.textContent.toLowerCase()]);
  const narrow = () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    rows.forEach(([row, content]) => {
      row.hidden = !words.every((word) => content.includes(word));
      shown += row.hidden ? 0 : 1;
    });
    count.textContent = shown === rows.length ? `${rows.length} resources` : `${shown} of ${rows.length} resources`;
    history.replaceState(null, "", input.value ? "#" + encodeURIComponent(input.value) : location.pathname);
  };
  input.value = decodeURIComponent(location.hash.slice(1));
  input.addEventListener("input", narrow);
  if (input.value) { narrow(); }
});

const choice = document.getElementById("vpc-choice");
if (choice) {
  choice.addEventListener("change", () => {
    document.querySelectorAll(".card[data-vpcs]").forEach((card) => {
      card.classList.toggle("marked", Boolean(choice.value) && card.dataset.vpcs.split(" ").includes(choice.value));
    });
  });
}

const spans = [[86400, "d"], [3600, "h"], [60, "min"]];
document.querySelectorAll("time").forEach((item) => {
  const seconds = (Date.now() - Date.parse(item.dateTime)) / 1000;
  const span = spans.find(([size]) => seconds >= size);
  if (seconds >= 0) { item.title = span ? `${Math.floor(seconds / span[0])} ${span[1]} ago` : "just now"; }
});
