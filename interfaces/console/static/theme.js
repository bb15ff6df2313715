// Sets the colours before anything is drawn.
document.documentElement.dataset.theme = localStorage.getItem("theme") || "system";
