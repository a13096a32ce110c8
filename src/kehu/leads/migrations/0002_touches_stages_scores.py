import django.core.validators
import django.db.models.deletion
import django.db.models.manager
from django.conf import settings
from django.db import migrations, models

import kehu.core.clock


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ScoringRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(db_index=True, editable=False, verbose_name="Created")),
                ("updated_at", models.DateTimeField(editable=False, verbose_name="Changed")),
                ("deleted_at", models.DateTimeField(editable=False, null=True)),
                (
                    "touch_kind",
                    models.CharField(
                        choices=[
                            ("bought_list", "Bought list"),
                            ("old_data", "Old data"),
                            ("campaign_member", "Member of the campaign page"),
                            ("resource_use", "Use of the resource centre"),
                            ("download", "Download"),
                            ("live_event", "Live event"),
                            ("visiting_card", "Visiting card"),
                            ("scan", "Scan"),
                            ("entry_form", "Entry form"),
                            ("test_drive_booked", "Test drive booked"),
                            ("contact_form", "Contact form"),
                            ("phone_inquiry", "Phone inquiry"),
                            ("test_drive_taken", "Test drive taken"),
                            ("showroom_visit", "Showroom visit"),
                            ("other", "Other"),
                            ("unknown", "Unknown"),
                        ],
                        max_length=30,
                        verbose_name="Kind of touch",
                    ),
                ),
                (
                    "points",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(5),
                        ],
                        verbose_name="Points",
                    ),
                ),
                (
                    "scoring_model",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rules",
                        to="leads.scoringmodel",
                        verbose_name="Scoring model",
                    ),
                ),
            ],
            options={
                "verbose_name": "Scoring rule",
                "verbose_name_plural": "Scoring rules",
                "abstract": False,
                "base_manager_name": "everything",
                "default_manager_name": "objects",
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("everything", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="LeadStageChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(db_index=True, editable=False, verbose_name="Created")),
                ("updated_at", models.DateTimeField(editable=False, verbose_name="Changed")),
                ("deleted_at", models.DateTimeField(editable=False, null=True)),
                (
                    "from_stage",
                    models.CharField(
                        choices=[
                            ("new", "New"),
                            ("potential", "Potential"),
                            ("qualified", "Qualified"),
                            ("opportunity", "Opportunity"),
                            ("customer", "Customer"),
                            ("screened_out", "Screened out"),
                            ("recycled", "Recycled"),
                        ],
                        max_length=20,
                        verbose_name="From",
                    ),
                ),
                (
                    "to_stage",
                    models.CharField(
                        choices=[
                            ("new", "New"),
                            ("potential", "Potential"),
                            ("qualified", "Qualified"),
                            ("opportunity", "Opportunity"),
                            ("customer", "Customer"),
                            ("screened_out", "Screened out"),
                            ("recycled", "Recycled"),
                        ],
                        max_length=20,
                        verbose_name="To",
                    ),
                ),
                ("at", models.DateTimeField(db_index=True, verbose_name="When")),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="Reason")),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="By",
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="stage_changes",
                        to="leads.lead",
                        verbose_name="Lead",
                    ),
                ),
                (
                    "scoring_model",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="leads.scoringmodel",
                        verbose_name="Scoring model",
                    ),
                ),
            ],
            options={
                "verbose_name": "Stage change of a lead",
                "verbose_name_plural": "Stage changes of leads",
                "abstract": False,
                "base_manager_name": "everything",
                "default_manager_name": "objects",
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("everything", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Touch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(db_index=True, editable=False, verbose_name="Created")),
                ("updated_at", models.DateTimeField(editable=False, verbose_name="Changed")),
                ("deleted_at", models.DateTimeField(editable=False, null=True)),
                ("at", models.DateTimeField(db_index=True, default=kehu.core.clock.now, verbose_name="When")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("bought_list", "Bought list"),
                            ("old_data", "Old data"),
                            ("campaign_member", "Member of the campaign page"),
                            ("resource_use", "Use of the resource centre"),
                            ("download", "Download"),
                            ("live_event", "Live event"),
                            ("visiting_card", "Visiting card"),
                            ("scan", "Scan"),
                            ("entry_form", "Entry form"),
                            ("test_drive_booked", "Test drive booked"),
                            ("contact_form", "Contact form"),
                            ("phone_inquiry", "Phone inquiry"),
                            ("test_drive_taken", "Test drive taken"),
                            ("showroom_visit", "Showroom visit"),
                            ("other", "Other"),
                            ("unknown", "Unknown"),
                        ],
                        default="unknown",
                        max_length=30,
                        verbose_name="Kind",
                    ),
                ),
                ("detail", models.CharField(blank=True, max_length=500, verbose_name="Detail")),
                (
                    "campaign",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="campaigns.campaign",
                        verbose_name="Campaign",
                    ),
                ),
                (
                    "channel",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="campaigns.channel",
                        verbose_name="Channel",
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="touches",
                        to="leads.lead",
                        verbose_name="Lead",
                    ),
                ),
                (
                    "medium",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="campaigns.medium",
                        verbose_name="Medium",
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customers.region",
                        verbose_name="Region",
                    ),
                ),
            ],
            options={
                "verbose_name": "Touch",
                "verbose_name_plural": "Touches",
                "abstract": False,
                "base_manager_name": "everything",
                "default_manager_name": "objects",
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("everything", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="ScoreEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(db_index=True, editable=False, verbose_name="Created")),
                ("updated_at", models.DateTimeField(editable=False, verbose_name="Changed")),
                ("deleted_at", models.DateTimeField(editable=False, null=True)),
                ("at", models.DateTimeField(db_index=True, verbose_name="When")),
                ("score", models.PositiveSmallIntegerField(verbose_name="Score")),
                (
                    "lead",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="scores",
                        to="leads.lead",
                        verbose_name="Lead",
                    ),
                ),
                (
                    "scoring_model",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="leads.scoringmodel",
                        verbose_name="Scoring model",
                    ),
                ),
                (
                    "touch",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="leads.touch",
                        verbose_name="Touch",
                    ),
                ),
            ],
            options={
                "verbose_name": "Score",
                "verbose_name_plural": "Scores",
                "abstract": False,
                "base_manager_name": "everything",
                "default_manager_name": "objects",
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("everything", django.db.models.manager.Manager()),
            ],
        ),
        migrations.AddIndex(
            model_name="leadstagechange",
            index=models.Index(models.F("lead"), models.F("at"), name="stages_of_lead"),
        ),
        migrations.AddConstraint(
            model_name="scoringrule",
            constraint=models.UniqueConstraint(
                condition=models.Q(("deleted_at", None)),
                fields=("scoring_model", "touch_kind"),
                name="one_rule_a_kind",
            ),
        ),
        migrations.AddIndex(
            model_name="touch",
            index=models.Index(models.F("lead"), models.F("at"), name="touches_of_lead"),
        ),
        migrations.AddIndex(
            model_name="scoreentry",
            index=models.Index(models.F("lead"), models.F("at"), name="scores_of_lead"),
        ),
    ]
