from django.urls import path

from generation.pages import (
    actions,
    batches,
    batches_new,
    budgets,
    generate,
    job_list,
    job_page,
    latest,
    pictures,
    theme,
    today,
)
from generation.pages.favicon import favicon

app_name = "generation"
urlpatterns = [
    path("", today.today, name="today"),
    path("today/live/", today.today_live, name="today_live"),
    path("favicon.ico", favicon),
    path("theme/", theme.theme, name="theme"),
    path("generate/", generate.generate, name="generate"),
    path("generate/price/", generate.price, name="price"),
    path("generate/picture/", pictures.picture, name="picture"),
    path("generate/latest/", latest.latest, name="latest"),
    path("generate/many/", batches_new.batch_new, name="batch_new"),
    path("generate/many/price/", batches_new.batch_price, name="batch_price"),
    path("batches/", batches.batch_list, name="batches"),
    path("batches/<str:uid>/", batches.batch, name="batch"),
    path("batches/<str:uid>/live/", batches.batch_live, name="batch_live"),
    path("batches/<str:uid>/cancel/", batches.batch_cancel, name="batch_cancel"),
    path("batches/<str:uid>/again/", batches.batch_again, name="batch_again"),
    path("jobs/", job_list.job_list, name="jobs"),
    path("jobs/rows/", job_list.rows, name="rows"),
    path("jobs/<str:uid>/", job_page.job, name="job"),
    path("jobs/<str:uid>/live/", job_page.live, name="live"),
    path("jobs/<str:uid>/cancel/", actions.cancel, name="cancel"),
    path("jobs/<str:uid>/again/", actions.again, name="again"),
    path("jobs/<str:uid>/higher/", actions.higher, name="higher"),
    path("jobs/<str:uid>/decide/", actions.decide, name="decide"),
    path("budgets/", budgets.budget_list, name="budgets"),
    path("budgets/new/", budgets.budget_new, name="budget_new"),
    path("budgets/<str:uid>/", budgets.budget, name="budget"),
    path("budgets/<str:uid>/change/", budgets.budget_change, name="budget_change"),
    path("budgets/<str:uid>/preview/", budgets.budget_preview, name="budget_preview"),
]
