import django.core.validators
import django.db.models.deletion
import django.db.models.manager
from django.conf import settings
from django.db import migrations, models

import kehu.core.clock


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("campaigns", "0001_initial"),
        ("catalog", "0001_initial"),
        ("customers", "0001_initial"),
        ("sales", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Lead",
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
                ("number", models.CharField(blank=True, max_length=40, unique=True, verbose_name="Number")),
                ("name", models.CharField(max_length=200, verbose_name="Name")),
                ("company_name", models.CharField(blank=True, max_length=200, verbose_name="Company")),
                (
                    "kind",
                    models.CharField(
                        choices=[("person", "Person"), ("company", "Company")],
                        default="person",
                        max_length=10,
                        verbose_name="Kind",
                    ),
                ),
                ("phone", models.CharField(blank=True, max_length=40, verbose_name="Phone")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="E-mail")),
                (
                    "language",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("zh-hans", "Simplified Chinese"),
                            ("zh-hant", "Traditional Chinese"),
                            ("en", "English"),
                        ],
                        max_length=10,
                        verbose_name="Language",
                    ),
                ),
                (
                    "birth_year",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="Year of birth"),
                ),
                (
                    "first_kind",
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
                        verbose_name="First touch",
                    ),
                ),
                ("landing_page", models.CharField(blank=True, max_length=500, verbose_name="Landing page")),
                (
                    "captured_at",
                    models.DateTimeField(
                        db_index=True, default=kehu.core.clock.now, verbose_name="First contact"
                    ),
                ),
                (
                    "stage",
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
                        default="new",
                        editable=False,
                        max_length=20,
                        verbose_name="Stage",
                    ),
                ),
                (
                    "screened_out_reason",
                    models.CharField(
                        blank=True, editable=False, max_length=300, verbose_name="Why screened out"
                    ),
                ),
                ("score", models.PositiveSmallIntegerField(default=0, editable=False, verbose_name="Score")),
                ("qualified_at", models.DateTimeField(editable=False, null=True, verbose_name="Qualified")),
                (
                    "customer_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="Customer since"),
                ),
                ("last_touch_at", models.DateTimeField(editable=False, null=True, verbose_name="Last touch")),
                (
                    "external_key",
                    models.CharField(blank=True, max_length=100, null=True, verbose_name="Outside key"),
                ),
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
                    "opportunity",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="leads",
                        to="sales.opportunity",
                        verbose_name="Opportunity",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="Owner",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalog.product",
                        verbose_name="Product",
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
                "verbose_name": "Lead",
                "verbose_name_plural": "Leads",
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
            name="ScoringModel",
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
                ("number", models.PositiveIntegerField(unique=True, verbose_name="Version")),
                ("name", models.CharField(max_length=100, verbose_name="Name")),
                ("note", models.TextField(blank=True, verbose_name="Note")),
                (
                    "threshold",
                    models.PositiveSmallIntegerField(
                        default=5,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(5),
                        ],
                        verbose_name="Threshold",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "Draft"), ("in_force", "Adopted")],
                        default="draft",
                        editable=False,
                        max_length=10,
                        verbose_name="State",
                    ),
                ),
                (
                    "in_force_from",
                    models.DateTimeField(editable=False, null=True, verbose_name="In force from"),
                ),
                (
                    "marketing_signed_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="Marketing signed"),
                ),
                (
                    "sales_signed_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="Sales signed"),
                ),
                (
                    "marketing_signer",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="Signed for marketing",
                    ),
                ),
                (
                    "sales_signer",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="Signed for sales",
                    ),
                ),
            ],
            options={
                "verbose_name": "Scoring model",
                "verbose_name_plural": "Scoring models",
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
            model_name="lead",
            index=models.Index(
                models.F("owner"), models.F("stage"), models.F("captured_at"), name="leads_of_owner"
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(models.F("stage"), models.F("captured_at"), name="leads_by_stage"),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(models.F("campaign"), models.F("captured_at"), name="leads_of_campaign"),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(models.F("score"), models.F("captured_at"), name="leads_by_score"),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(models.F("qualified_at"), name="leads_by_qualified"),
        ),
        migrations.AddConstraint(
            model_name="lead",
            constraint=models.UniqueConstraint(
                condition=models.Q(("deleted_at", None)),
                fields=("external_key",),
                name="one_lead_an_outside_key",
            ),
        ),
    ]
