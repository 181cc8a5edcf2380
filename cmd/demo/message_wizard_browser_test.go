package main

import "testing"

// TestBrowser_MessageWizard walks the wizard where no form can be opened, in
// menus of a message.
func TestBrowser_MessageWizard(t *testing.T) {
	t.Parallel()
	w := newWalk(t, chromiumOrSkip(t))
	w.visit("/?user=ana&channel=messages")
	w.command("new")
	w.see("Step 1 of 5")
	w.choose("field.kind", "mysql")
	w.pick("field.source", "aliyun_mysql")
	w.picture("80-message-wizard-source")
	w.click(byTestID("wizard.submit"))
	w.see("Step 2 of 5")
	w.pick("field.source_schema", "shop")
	w.pick("field.tables", "orders")
	w.do("see the name proposed", until(`document.querySelector('[data-testid="field.target_table"]')?.value === 'orders'`))
	w.pick("field.target", "LAKEHOUSE_ecommerce")
	w.fill("field.target_table", "orders_by_message")
	w.picture("81-message-wizard-tables")
	w.click(byTestID("wizard.submit"))
	w.see("Step 3 of 5")
	w.click(byTestID("wizard.back"))
	w.see("Step 2 of 5")
	w.click(byTestID("wizard.submit"))
	w.see("Step 3 of 5")
	w.click(byTestID("wizard.submit"))
	w.see("Step 4 of 5")
	w.pick("field.folder", "data_sync/mysql")
	w.pick("field.vcluster", "sync_vc")
	w.fill("field.name", "browser_message")
	w.click(byTestID("wizard.submit"))
	w.see("Step 5 of 5")
	w.picture("82-message-wizard-review")
	w.click(byTestID("wizard.submit"))
	w.see("Creating browser_message")
	w.seeCard("browser_message", "Ready")
}
